import { limits } from '../../shared/limits.ts';
import { tooManyBackends } from '../../shared/model/frontend.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { Reply, StoreCommand } from '../../store/command.ts';
import type { Answer, Store } from '../../store/store.ts';
import type { Stored } from './entry.ts';
import {
  listCommand,
  marksCommands,
  noMarks,
  notAList,
  optionsCommand,
  problemOf,
  readList,
  readMarks,
  readOptions,
  type StoredList,
} from './replies.ts';

/** What became of reading one name. */
export type NameReading =
  | { readonly kind: 'stored'; readonly stored: Stored }
  /** No server answered, or it cannot say now. */
  | { readonly kind: 'away'; readonly reason: string };

/** What is known of a name before its contents are asked for. */
interface Size {
  readonly name: string;
  readonly backends: number;
  readonly bytes: number;
  readonly hasOptions: boolean;
  readonly hasMarks: boolean;
  /** The list, where it need not be read. */
  readonly list: StoredList | null;
}

// All of its samples: it counts what Redis has allocated, and looks at no element.
const memoryCommand = (keys: Keys, name: string): StoreCommand => [
  'memory',
  'usage',
  keys.frontend(name),
  'SAMPLES',
  0,
];

const sizeCommands = (keys: Keys, name: string): readonly StoreCommand[] => [
  ['llen', keys.frontend(name)],
  memoryCommand(keys, name),
  ['strlen', keys.options(name)],
  ['scard', keys.dead(name)],
];

const number = (answer: Answer | undefined): number =>
  answer?.kind === 'reply' && answer.reply.ok ? Number(answer.reply.value) || 0 : 0;
/** An error is said where the contents are asked for. */
const isSomething = (answer: Answer | undefined): boolean =>
  number(answer) > 0 || (answer?.kind === 'reply' && !answer.reply.ok);

/** The server cannot say anything of any key now. */
const isPassing = (error: string): boolean =>
  /^(LOADING|MASTERDOWN|BUSY|CLUSTERDOWN|TRYAGAIN)\b/.test(error);

/** Why an answer says nothing; null when it does. */
const awayReason = (answer: Answer | undefined): string | null => {
  if (answer === undefined) return 'no answer';
  if (answer.kind === 'away') return answer.reason;
  return !answer.reply.ok && isPassing(answer.reply.error) ? answer.reply.error : null;
};

const unreadable = (problem: string): StoredList => ({ kind: 'unreadable', problem });

const tooLarge = (bytes: number): StoredList | null =>
  bytes > limits.maxFrontendBytes
    ? unreadable(`it takes ${bytes} bytes, more than ${limits.maxFrontendBytes}`)
    : null;

/** The least that Redis takes for an element of a list. */
const minElementBytes = 3;

/** Of a list alone only its bytes are asked for, which say how many backends there are at most. */
function sizeOfList(name: string, memory: Answer | undefined): Size {
  const bytes = number(memory);
  const backends = Math.min(limits.maxBackendsPerFrontend + 1, Math.floor(bytes / minElementBytes));
  return { name, backends, bytes, hasOptions: false, hasMarks: false, list: tooLarge(bytes) };
}

const sizeCommandCount = 4;

/** Why nothing is said of options or marks; a server may refuse to say what a key takes. */
const awayBeside = ([, , options, marks]: readonly Answer[]): string | null =>
  awayReason(options) ?? awayReason(marks);

function sizeOf(name: string, answers: readonly Answer[]): Size {
  const [length, memory, options, marks] = answers;
  const refusal = length?.kind === 'reply' && !length.reply.ok ? length.reply.error : null;
  const backends = number(length);
  const bytes = number(memory);
  return {
    name,
    backends,
    bytes,
    hasOptions: isSomething(options),
    hasMarks: isSomething(marks),
    list:
      refusal !== null
        ? unreadable(problemOf(refusal, notAList))
        : backends > limits.maxBackendsPerFrontend + 1
          ? unreadable(tooManyBackends)
          : (tooLarge(bytes) ?? (backends === 0 ? { kind: 'absent' } : null)),
  };
}

/** Parts names into what is read together: what is large goes alone, so that nothing waits for it. */
function batchesOf(sizes: readonly Size[]): readonly (readonly Size[])[] {
  const batches: Size[][] = [];
  let batch: Size[] = [];
  let backends = 0;
  let bytes = 0;
  for (const size of sizes) {
    backends += size.backends;
    bytes += size.bytes;
    if (
      batch.length > 0 &&
      (backends > limits.tableStepBackends || bytes > limits.tableStepBytes)
    ) {
      batches.push(batch);
      batch = [];
      backends = size.backends;
      bytes = size.bytes;
    }
    batch.push(size);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

const replyOf = (answer: Answer | undefined): Reply =>
  answer?.kind === 'reply' ? answer.reply : { ok: false, error: 'no answer' };

/** Reads all that the store has of some names, first how large it is, so that nothing without bound is asked for. */
export class FrontendReader {
  readonly #store: Pick<Store, 'read'>;
  readonly #keys: Keys;
  /** Names whose large list cut the connection, and how often. */
  readonly #strikes = new Map<string, number>();

  constructor(store: Pick<Store, 'read'>, keys: Keys) {
    this.#store = store;
    this.#keys = keys;
  }

  /** A name has changed: what was too slow is tried again. */
  changed(name: string): void {
    this.#strikes.delete(name);
  }

  /**
   * One reading for each name, in no order. At most `tableStepNames` at a time keep the store free.
   *
   * @param isListAlone whether a name is known to have neither options nor marks: none are read then
   */
  async read(
    names: readonly string[],
    isListAlone: (name: string) => boolean = () => false,
  ): Promise<ReadonlyMap<string, NameReading>> {
    const readings = new Map<string, NameReading>();
    const plans = names.map((name) => ({ name, isWhole: !isListAlone(name) }));
    const answers = await this.#store.read(
      plans.flatMap(({ name, isWhole }) =>
        isWhole ? sizeCommands(this.#keys, name) : [memoryCommand(this.#keys, name)],
      ),
    );
    const present: Size[] = [];
    let at = 0;
    for (const { name, isWhole } of plans) {
      const own = answers.slice(at, at + (isWhole ? sizeCommandCount : 1));
      at += own.length;
      const reason = awayReason(own[0]) ?? (isWhole ? awayBeside(own) : null);
      if (reason !== null) {
        readings.set(name, { kind: 'away', reason });
        continue;
      }
      const size = isWhole ? sizeOf(name, own) : sizeOfList(name, own[0]);
      if (size.list?.kind === 'absent') readings.set(name, storedAbsent);
      else present.push(size);
    }
    for (const batch of batchesOf(present)) {
      for (const [name, reading] of await this.#readBatch(batch)) readings.set(name, reading);
    }
    return readings;
  }

  async #readBatch(sizes: readonly Size[]): Promise<ReadonlyMap<string, NameReading>> {
    const readings = new Map<string, NameReading>();
    const plans = sizes.map((size) => {
      const list = this.#isTooSlow(size)
        ? ({ kind: 'unreadable', problem: tooSlow } as const)
        : size.list;
      return {
        size,
        list,
        commands: [
          ...(list === null ? [listCommand(this.#keys, size.name)] : []),
          ...(size.hasOptions ? [optionsCommand(this.#keys, size.name)] : []),
          ...(size.hasMarks ? marksCommands(this.#keys, size.name) : []),
        ],
      };
    });
    const answers = await this.#store.read(plans.flatMap(({ commands }) => commands));
    let at = 0;
    for (const { size, list, commands } of plans) {
      const own = answers.slice(at, at + commands.length);
      at += commands.length;
      const reason = own.map(awayReason).find((why) => why !== null) ?? null;
      if (reason !== null || own.length < commands.length) {
        if (isLarge(size)) {
          this.#strikes.set(size.name, (this.#strikes.get(size.name) ?? 0) + 1);
        }
        readings.set(size.name, { kind: 'away', reason: reason ?? 'no answer' });
        continue;
      }
      const replies = own.map(replyOf);
      const next = (): Reply => replies.shift() ?? { ok: false, error: 'no answer' };
      const stored: Stored = {
        list: list ?? readList(next()),
        options: size.hasOptions ? readOptions(next()) : { text: null, problem: null },
        marks: size.hasMarks ? readMarks(next(), next(), next()) : noMarks,
      };
      readings.set(size.name, { kind: 'stored', stored });
    }
    return readings;
  }

  #isTooSlow(size: Size): boolean {
    return isLarge(size) && (this.#strikes.get(size.name) ?? 0) >= 2;
  }
}

const isLarge = ({ backends, bytes }: Size): boolean =>
  backends > limits.tableStepBackends || bytes > limits.tableStepBytes;

const tooSlow = `it cannot be read within ${limits.storeCommandTimeoutMs} ms`;

const storedAbsent: NameReading = {
  kind: 'stored',
  stored: { list: { kind: 'absent' }, options: { text: null, problem: null }, marks: noMarks },
};
