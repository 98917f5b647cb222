import { limits } from '../../shared/limits.ts';
import { parseFrontend } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { StoreCommand } from '../../store/command.ts';
import type { Answer } from '../../store/store.ts';
import type { Belief, FrontendFact } from './cache.ts';
import { type Marks, noMarks, readMarks } from './deadMarks.ts';

/** What one key said, how far that can be believed, and what is wrong with it. */
export interface Reading<T> {
  readonly value: T;
  readonly belief: Belief | null;
  readonly problem: string | null;
}

const wrongType = (answer: Answer): boolean =>
  answer.kind === 'reply' && !answer.reply.ok && answer.reply.error.startsWith('WRONGTYPE');

/** The value of an answer; null for an empty one, undefined when there is none to believe. */
const contentOf = (answer: Answer | undefined): unknown =>
  answer?.kind === 'reply' && answer.reply.ok ? (answer.reply.value ?? null) : undefined;

const beliefOf = (answer: Answer | undefined): Belief | null =>
  answer?.kind === 'reply' ? answer.trust : null;

/** Believed as long as both are: the keys may live on two nodes of a cluster. */
function both(a: Belief | null, b: Belief | null): Belief | null {
  if (a === b || a === null || b === null) return a === b ? a : null;
  return {
    get live() {
      return a.live && b.live;
    },
  };
}

/** Why the store refused to say what a key holds, whatever that is: no permission, loading; null when it did not. */
export function refusalOf(answers: readonly Answer[]): string | null {
  for (const answer of answers) {
    if (answer.kind === 'reply' && !answer.reply.ok && !wrongType(answer))
      return answer.reply.error;
  }
  return null;
}

/** The one command that reads a frontend. One element more than allowed tells that there are too many. */
export const frontendCommand = (keys: Keys, name: string): StoreCommand => [
  'lrange',
  keys.frontend(name),
  0,
  limits.maxBackendsPerFrontend + 1,
];

/** Reads the answer to `frontendCommand`; null when the store did not say. */
export function readFrontend(
  name: string,
  answer: Answer | undefined,
): Reading<FrontendFact> | null {
  if (answer === undefined) return null;
  const belief = beliefOf(answer);
  const invalid = (problem: string): Reading<FrontendFact> => ({
    value: { kind: 'invalid', problem },
    belief,
    problem,
  });
  if (wrongType(answer)) return invalid('it is not a list');
  const list = contentOf(answer);
  if (list === undefined) return null;
  if (!Array.isArray(list)) return invalid('it is not a list');
  if (list.length === 0) return { value: { kind: 'absent' }, belief, problem: null };
  const parsed = parseFrontend(name, list.map(String));
  if (!parsed.ok) return invalid(parsed.problem);
  const { frontend } = parsed;
  return {
    value: { kind: 'frontend', frontend },
    belief,
    problem: frontend.problems.length === 0 ? null : frontend.problems.join('; '),
  };
}

/** How many commands `marksCommands` gives. */
export const marksCommandCount = 3;

/** The commands that read the dead marks of a name. SRANDMEMBER with a count reads a set whole, but never more of it. */
export const marksCommands = (keys: Keys, name: string): readonly StoreCommand[] => [
  ['srandmember', keys.dead(name), limits.maxBackendsPerFrontend],
  ['pttl', keys.dead(name)],
  ['hgetall', keys.deadReasons(name)],
];

/** Field and value pairs of a HGETALL, whichever way the client gives them. */
function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (Array.isArray(value)) {
    for (let i = 0; i + 1 < value.length; i += 2)
      fields.set(String(value[i]), String(value[i + 1]));
  } else if (typeof value === 'object' && value !== null) {
    for (const [field, text] of Object.entries(value)) fields.set(field, String(text));
  }
  return fields;
}

/**
 * Reads the answers to `marksCommands`; null when the store did not say.
 *
 * @param at monotonic milliseconds of the answer
 */
export function readMarksAnswers(
  answers: readonly Answer[],
  at: number,
  previous: Marks,
): Reading<Marks> | null {
  const [members, lifetime, reasons] = answers;
  if (members === undefined || reasons === undefined) return null;
  const milliseconds = contentOf(lifetime);
  // -2: it ended between the two commands.
  const list = wrongType(members) || milliseconds === -2 ? [] : contentOf(members);
  if (list === undefined) return null;
  const until =
    typeof milliseconds === 'number' && milliseconds >= 0
      ? at + milliseconds
      : Number.POSITIVE_INFINITY;
  return {
    value: readMarks(
      Array.isArray(list) ? list : [],
      fieldsOf(contentOf(reasons)),
      until,
      previous.until > at ? previous : noMarks,
    ),
    belief: both(beliefOf(members), beliefOf(reasons)),
    problem: wrongType(members)
      ? 'it is not a set'
      : wrongType(reasons)
        ? 'the reasons beside it are not a hash'
        : null,
  };
}
