import { limits } from '../../shared/limits.ts';
import { parseFrontend } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { StoreCommand } from '../../store/command.ts';
import type { Answer } from '../../store/store.ts';
import type { Belief, FrontendFact } from './cache.ts';
import { type Marks, noMarks, readMarks } from './deadMarks.ts';

/** What the dead marks of a name said, how far that can be believed, and what is wrong with it. */
interface MarksReading {
  readonly value: Marks;
  readonly belief: Belief | null;
  readonly problem: string | null;
}

const wrongType = (answer: Answer): boolean =>
  answer.kind === 'reply' && !answer.reply.ok && answer.reply.error.startsWith('WRONGTYPE');

/** The value of an answer; null for an empty one, undefined when there is none to believe. */
const contentOf = (answer: Answer | undefined): unknown =>
  answer?.kind === 'reply' && answer.reply.ok ? (answer.reply.value ?? null) : undefined;

export const beliefOf = (answer: Answer | undefined): Belief | null =>
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

/** What the answer to `frontendCommand` says: the list, null when what is there is none; undefined when the store did not say. */
export function readList(answer: Answer | undefined): readonly string[] | null | undefined {
  if (answer === undefined) return undefined;
  if (wrongType(answer)) return null;
  const list = contentOf(answer);
  if (list === undefined) return undefined;
  return Array.isArray(list) ? list.map(String) : null;
}

/** What a list, as it stands in the store, means for the lookup of its name. */
export function factOf(name: string, list: readonly string[] | null): FrontendFact {
  if (list === null) return { kind: 'invalid', problem: 'it is not a list' };
  if (list.length === 0) return { kind: 'absent' };
  const parsed = parseFrontend(name, list);
  return parsed.ok
    ? { kind: 'frontend', frontend: parsed.frontend }
    : { kind: 'invalid', problem: parsed.problem };
}

/** What is wrong with a frontend, for a person; null when nothing is. */
export function problemOf(fact: FrontendFact): string | null {
  if (fact.kind === 'absent') return null;
  if (fact.kind === 'invalid') return fact.problem;
  const { problems } = fact.frontend;
  return problems.length === 0 ? null : problems.join('; ');
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
): MarksReading | null {
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
