import { limits } from '../../shared/limits.ts';
import { parseFrontend } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { defaultTrafficOptions, parseTrafficOptions } from '../../shared/model/trafficOptions.ts';
import type { StoreCommand } from '../../store/command.ts';
import type { Answer } from '../../store/store.ts';
import { candidatesOf } from '../balance/candidates.ts';
import { cutText } from '../cutText.ts';
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

/** How many commands `frontendCommands` gives. */
export const frontendCommandCount = 2;

/** The commands that read a frontend and its options. One element or character more than allowed tells that there are too many. */
export const frontendCommands = (keys: Keys, name: string): readonly StoreCommand[] => [
  ['lrange', keys.frontend(name), 0, limits.maxBackendsPerFrontend + 1],
  ['getrange', keys.options(name), 0, limits.maxOptionsChars],
];

/** Believed as long as both the list and the options are. */
export const frontendBelief = (
  list: Answer | undefined,
  options: Answer | undefined,
): Belief | null => both(beliefOf(list), beliefOf(options));

/** What the first answer to `frontendCommands` says: the list, null when what is there is none; undefined when the store did not say. */
export function readList(answer: Answer | undefined): readonly string[] | null | undefined {
  if (answer === undefined) return undefined;
  if (wrongType(answer)) return null;
  const list = contentOf(answer);
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) return null;
  return list.map((item, at) =>
    cutText(String(item), at === 0 ? limits.maxIdentifierChars : limits.maxBackendUrlBytes + 1),
  );
}

/** Stands for options that are no string: nor are they JSON. */
const noString = '(not a string)';

/** What the second answer says: the options' text, null when there are none; undefined when the store did not say. */
export function readOptions(answer: Answer | undefined): string | null | undefined {
  if (answer !== undefined && wrongType(answer)) return noString;
  const text = contentOf(answer);
  if (text === undefined) return undefined;
  return typeof text === 'string' && text !== '' ? text : null;
}

/** What a list and its options, as they stand in the store, mean for the lookup of their name. */
export function factOf(
  name: string,
  list: readonly string[] | null,
  optionsText: string | null,
): FrontendFact {
  if (list === null) return { kind: 'invalid', name, problem: 'it is not a list' };
  if (list.length === 0) return { kind: 'absent' };
  const parsed = parseFrontend(name, list);
  if (!parsed.ok) return { kind: 'invalid', name, problem: parsed.problem };
  const { frontend } = parsed;
  const read = parseTrafficOptions(optionsText);
  const options = read.ok ? read.options : defaultTrafficOptions;
  return {
    kind: 'frontend',
    frontend,
    options,
    candidates: candidatesOf(frontend, options),
    optionsText,
    optionsProblem: read.ok ? null : `${read.problem}; it is served with the defaults`,
  };
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

/** Redis up to 7.0 counts a field and its value as two. */
const reasonsAsked = 2 * limits.maxBackendsPerFrontend;

/**
 * The commands that read the dead marks of a name, none of them without bound. SRANDMEMBER with a count reads a set
 * whole, but never more of it; the first step of HSCAN, which all Redis versions have, does so with a hash.
 */
export const marksCommands = (keys: Keys, name: string): readonly StoreCommand[] => [
  ['srandmember', keys.dead(name), limits.maxBackendsPerFrontend],
  ['pttl', keys.dead(name)],
  ['hscan', keys.deadReasons(name), 0, 'COUNT', reasonsAsked],
];

/** Characters of one reason: JSON may write a character of the URL as six, and more stands beside it. */
const maxReasonTextChars = 6 * limits.maxBackendUrlBytes + 1024;

/** Field and value pairs of a HSCAN step, at most `reasonsAsked`; what is too long to be a reason is left out. */
function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const flat: unknown = Array.isArray(value) ? value[1] : null;
  if (!Array.isArray(flat)) return fields;
  for (let i = 0; i + 1 < flat.length && fields.size < reasonsAsked; i += 2) {
    const text = String(flat[i + 1]);
    if (text.length <= maxReasonTextChars) fields.set(String(flat[i]), text);
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
