import { limits } from '../../shared/limits.ts';
import type { Keys } from '../../shared/model/keys.ts';
import type { Reply, StoreCommand } from '../../store/command.ts';
import type { KeyWrite } from '../../store/edit.ts';
import { mappingsCommand, readMappings } from '../containers/mappings/stored.ts';
import { listCommand, optionsCommand, readList, readOptions } from '../frontends/replies.ts';
import { withoutUserinfo } from './collector.ts';
import { type Content, inOrder, namesOf, readContents } from './contents.ts';
import { type OpenedStore, storeError } from './openStore.ts';

/** Some names of many: the first `limits.maxNamedConflicts`, and how many there are. */
export interface Named {
  readonly names: readonly { readonly name: string; readonly reason: string }[];
  readonly count: number;
}

/** What a migration found before it wrote anything. */
interface Survey {
  /** Names with something to copy. */
  readonly found: number;
  readonly missing: number;
  readonly same: number;
  /** The target has something else under them. */
  readonly conflicts: Named;
  /** What the source has and is not copied. */
  readonly left: Named;
}

interface Copied {
  readonly copied: number;
  readonly replaced: number;
  /** Others wrote under them meanwhile, and that was left alone. */
  readonly conflicts: Named;
}

interface Verified {
  /** Names that are the same in both, to the letter. */
  readonly same: number;
  readonly different: Named;
}

export type Phase = 'looking' | 'copying' | 'checking';

export interface MigrateOptions {
  readonly signal: AbortSignal;
  /** Told after each step how many names were looked at, and of how many, where that is known. */
  readonly progress?: (phase: Phase, done: number, total: number | null) => void;
}

type CopyContent = Extract<Content, { kind: 'content' }>;

/** Copies frontends with their options and mappings from one store to another; nothing that expires, and no key of anybody else. */
export class Migration {
  readonly #from: OpenedStore;
  readonly #to: OpenedStore;
  readonly #options: MigrateOptions;

  /** Both stay open, and belong to the caller. Every method throws BerthError of the stores, or the signal's reason. */
  constructor(from: OpenedStore, to: OpenedStore, options: MigrateOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
  }

  /** Compares both stores and writes nothing. */
  async survey(): Promise<Survey> {
    let found = 0;
    let missing = 0;
    let same = 0;
    const conflicts = new Names();
    const left = new Names();
    await this.#eachStep('looking', null, async (wanted, others) => {
      for (const [name, reason] of others) left.add(name, reason);
      const there = await this.#inTarget([...wanted.keys()]);
      for (const [name, content] of wanted) {
        const present = there.get(name) ?? { kind: 'absent' };
        found++;
        if (present.kind === 'absent') missing++;
        else if (isSame(present, content)) same++;
        else conflicts.add(name, describe(present));
      }
    });
    return { found, missing, same, conflicts, left };
  }

  /** Writes what is missing, and with `replace` in place of what differs; each only while the target has what was read. */
  async copy({
    total,
    replace,
  }: {
    readonly total: number;
    readonly replace: boolean;
  }): Promise<Copied> {
    let copied = 0;
    let replaced = 0;
    const conflicts = new Names();
    await this.#eachStep('copying', total, async (wanted) => {
      for (const batch of batchesOf(wanted, this.#to.isOneServer)) {
        for (const [name, outcome] of await this.#write(batch, replace)) {
          if (outcome === 'copied') copied++;
          else if (outcome === 'replaced') replaced++;
          else if (outcome === 'conflict') conflicts.add(name, 'somebody else wrote to it');
        }
      }
    });
    return { copied, replaced, conflicts };
  }

  /** Reads both again and compares them to the letter. */
  async verify(total: number): Promise<Verified> {
    let same = 0;
    const different = new Names();
    await this.#eachStep('checking', total, async (wanted) => {
      const there = await this.#inTarget([...wanted.keys()]);
      for (const [name, content] of wanted) {
        const present = there.get(name) ?? { kind: 'absent' };
        if (isSame(present, content)) same++;
        else different.add(name, describe(present));
      }
    });
    return { same, different };
  }

  /** Goes through the source; `wanted` has what is copied, `others` what is not, with the reason. */
  async #eachStep(
    phase: Phase,
    total: number | null,
    step: (
      wanted: ReadonlyMap<string, CopyContent>,
      others: ReadonlyMap<string, string>,
    ) => Promise<void>,
  ): Promise<void> {
    const { signal, progress } = this.#options;
    let done = 0;
    try {
      for (const kind of ['frontend', 'options'] as const) {
        for await (const names of namesOf(this.#from, kind)) {
          signal.throwIfAborted();
          const wanted = new Map<string, CopyContent>();
          const others = new Map<string, string>();
          for (const [name, content] of await readContents(this.#from, names)) {
            // Options that belong to a list came with it.
            if (kind === 'options' && hasList(content)) continue;
            if (content.kind === 'content') wanted.set(name, content);
            else if (content.kind === 'left') others.set(name, content.reason);
          }
          await step(wanted, others);
          done += wanted.size;
          progress?.(phase, done, total);
        }
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw storeError(error, this.#from.description);
    }
  }

  async #inTarget(names: readonly string[]): Promise<ReadonlyMap<string, Content>> {
    try {
      return await readContents(this.#to, names);
    } catch (error) {
      throw storeError(error, this.#to.description);
    }
  }

  async #write(
    batch: ReadonlyMap<string, CopyContent>,
    replace: boolean,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const { store, keys } = this.#to;
    const wanted = [...batch];
    try {
      const made = await store.edit<ReadonlyMap<string, Outcome>>({
        reads: wanted.flatMap(([name]) => [
          listCommand(keys, name),
          optionsCommand(keys, name),
          mappingsCommand(keys, name),
        ]),
        decide: (replies) => {
          const outcomes = new Map<string, Outcome>();
          const writes: KeyWrite[] = [];
          for (const [at, [name, content]] of wanted.entries()) {
            const present = presentOf(replies.slice(3 * at, 3 * at + 3));
            const outcome = outcomeOf(present, content, replace);
            outcomes.set(name, outcome);
            if (outcome === 'copied' || outcome === 'replaced') {
              writes.push(...writesFor(keys, name, content, outcome === 'replaced'));
            }
          }
          return { writes, result: outcomes };
        },
      });
      if (made.kind === 'done') return made.result;
      return new Map(wanted.map(([name]) => [name, 'conflict']));
    } catch (error) {
      throw storeError(error, this.#to.description);
    }
  }
}

const hasList = (content: Content): boolean =>
  content.kind === 'left' ? content.hasList : content.kind === 'content' && content.list !== null;

type Outcome = 'copied' | 'replaced' | 'same' | 'conflict';

function outcomeOf(present: Content, wanted: CopyContent, replace: boolean): Outcome {
  if (present.kind === 'absent') return 'copied';
  if (isSame(present, wanted)) return 'same';
  return replace ? 'replaced' : 'conflict';
}

function writesFor(
  keys: Keys,
  name: string,
  { list, options, mappings }: CopyContent,
  clear: boolean,
): readonly KeyWrite[] {
  const write = (key: string, set: StoreCommand | null): readonly KeyWrite[] => {
    const commands: StoreCommand[] = [
      ...(clear ? [['del', key] as const] : []),
      ...(set === null ? [] : [set]),
    ];
    return commands.length === 0 ? [] : [{ key, commands }];
  };
  const frontend = keys.frontend(name);
  const settings = keys.options(name);
  const mapped = keys.mappings(name);
  return [
    // A mapping knows its entries before they are listed.
    ...write(mapped, mappings.length === 0 ? null : ['hset', mapped, ...mappings.flat()]),
    ...write(frontend, list === null ? null : ['rpush', frontend, ...list]),
    ...write(settings, options === null ? null : ['set', settings, options]),
  ];
}

const noReply: Reply = { ok: false, error: 'no answer' };

/** What a target has: what cannot be read is something else than what is wanted. */
function presentOf([
  listReply = noReply,
  optionsReply = noReply,
  mappedReply = noReply,
]: readonly Reply[]): Content {
  for (const reply of [listReply, optionsReply, mappedReply]) {
    if (!reply.ok && !reply.error.startsWith('WRONGTYPE')) throw new Error(reply.error);
  }
  const list = readList(listReply);
  const options = readOptions(optionsReply);
  if (list.kind === 'unreadable') return { kind: 'left', reason: list.problem, hasList: true };
  if (options.problem !== null)
    return { kind: 'left', reason: options.problem, hasList: list.kind === 'list' };
  const { texts, problem } = readMappings(mappedReply);
  if (problem !== null) return { kind: 'left', reason: problem, hasList: list.kind === 'list' };
  if (list.kind === 'absent' && options.text === null) return { kind: 'absent' };
  const elements = list.kind === 'list' ? list.list : null;
  return { kind: 'content', list: elements, options: options.text, mappings: inOrder(texts) };
}

const isSame = (present: Content, { list, options, mappings }: CopyContent): boolean =>
  present.kind === 'content' &&
  present.options === options &&
  JSON.stringify([present.list, present.mappings]) === JSON.stringify([list, mappings]);

function describe(present: Content): string {
  if (present.kind === 'absent') return 'it is not there';
  if (present.kind === 'left') return present.reason;
  const [, ...urls] = present.list ?? [];
  return urls.length === 0
    ? 'it has no backend there'
    : `it has ${urls.slice(0, 3).map(withoutUserinfo).join(', ')}`;
}

/** What is written at once: bounded in bytes, and one name where keys live apart. */
function batchesOf(
  wanted: ReadonlyMap<string, CopyContent>,
  together: boolean,
): readonly ReadonlyMap<string, CopyContent>[] {
  const batches: Map<string, CopyContent>[] = [];
  let chars = 0;
  for (const [name, content] of wanted) {
    const size = (content.list ?? []).reduce(
      (sum, element) => sum + element.length,
      content.options?.length ?? 0,
    );
    const last = batches.at(-1);
    if (last === undefined || !together || chars + size > limits.tableStepBytes) {
      batches.push(new Map([[name, content]]));
      chars = size;
    } else {
      last.set(name, content);
      chars += size;
    }
  }
  return batches;
}

class Names implements Named {
  readonly names: { readonly name: string; readonly reason: string }[] = [];
  count = 0;

  add(name: string, reason: string): void {
    this.count++;
    if (this.names.length < limits.maxNamedConflicts) this.names.push({ name, reason });
  }
}
