import { BerthError } from '../../../shared/errors.ts';

/** Why something was not done, in the words of who refused it. */
export interface Refusal {
  readonly text: string;
  /** Code of docs/ERRORS.md. */
  readonly code: string | null;
}

/** @param file of the configuration, which a field need not name again */
export const refusalOf = (error: unknown, file = ''): Refusal =>
  error instanceof BerthError
    ? { text: file === '' ? error.detail : error.detail.replace(`${file}: `, ''), code: error.code }
    : { text: error instanceof Error ? error.message : String(error), code: null };
