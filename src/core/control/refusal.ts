import { ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import type { Refusal } from '../../shared/contract/common.ts';
import { BerthError, errorCatalogue } from '../../shared/errors.ts';

/** The declared error of the contract. */
export type Refused = ORPCError<'REFUSED', Refusal>;

const refused = (data: Refusal, cause: unknown): Refused =>
  new ORPCError('REFUSED', {
    status: 422,
    defined: true,
    message: errorCatalogue[data.code].title,
    data,
    cause,
  });

export const invalidInput = (detail: string, cause?: unknown): Refused =>
  refused({ code: 'BERTH_INPUT_INVALID', detail }, cause);

/** What a caller is told of an error; null for a fault of ours, of which he is told nothing. */
export function refusalOf(error: unknown): Refused | null {
  if (error instanceof ORPCError && error.code === 'REFUSED') return error;
  if (error instanceof BerthError) {
    return refused({ code: error.code, detail: error.detail }, error);
  }
  if (
    error instanceof ORPCError &&
    error.code === 'BAD_REQUEST' &&
    error.cause instanceof ValidationError
  ) {
    return invalidInput(describeIssues(error.cause.issues), error);
  }
  return null;
}

/** Problems of one input that are told; the rest is counted. */
const maxIssues = 5;

type Issue = ValidationError['issues'][number];

/** As `backends[0]: is not a URL; expect: is a string`. */
function describeIssues(issues: readonly Issue[]): string {
  const told = issues.slice(0, maxIssues).map((issue) => {
    const where = placeOf(issue);
    const what = issue.message.replace(/^Invalid input: /, '');
    return where === '' ? what : `${where}: ${what}`;
  });
  const left = issues.length - told.length;
  return `${told.join('; ')}${left > 0 ? `; and ${left} more` : ''}`;
}

function placeOf({ path = [] }: Issue): string {
  let place = '';
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') place += `[${key}]`;
    else place += place === '' ? String(key) : `.${String(key)}`;
  }
  return place;
}
