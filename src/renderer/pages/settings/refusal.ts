import { BerthError } from '../../../shared/errors.ts';

/** Why something was not done, in the words of who refused it. */
export interface Refusal {
  readonly text: string;
  /** Code of docs/ERRORS.md. */
  readonly code: string | null;
}

export const refusalOf = (error: unknown): Refusal => ({
  text: error instanceof Error ? error.message : String(error),
  code: error instanceof BerthError ? error.code : null,
});
