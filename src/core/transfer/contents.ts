import { limits } from '../../shared/limits.ts';
import { parseFrontend } from '../../shared/model/frontend.ts';
import { parseOptions } from '../../shared/model/options.ts';
import { StoreAway } from '../../store/command.ts';
import type { Answer } from '../../store/store.ts';
import { mappingsCommand, readMappings } from '../containers/mappings/stored.ts';
import { FrontendReader } from '../frontends/reader.ts';
import { optionsCommand, readOptions, type StoredOptions } from '../frontends/replies.ts';
import { Collector } from './collector.ts';
import { type OpenedStore, storeError } from './openStore.ts';
import { type Parsed, quoted } from './wanted.ts';

/** What a store has under one name, to the letter. */
export type Content =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'content';
      /** Null: only options were left there. */
      readonly list: readonly string[] | null;
      readonly options: string | null;
      /** What keeps entries of the list true (`berth:mapping:<name>`): fields and values, by field. */
      readonly mappings: readonly (readonly [string, string])[];
    }
  /** It is not copied; a phrase that follows the name. */
  | { readonly kind: 'left'; readonly reason: string; readonly hasList: boolean };

/** Names in steps, each of at most `limits.tableStepNames`. A name may come twice, as SCAN may tell it. */
export async function* namesOf(
  { store, keys }: OpenedStore,
  kind: 'frontend' | 'options',
): AsyncGenerator<readonly string[]> {
  const prefix = keys[kind]('');
  for await (const found of store.scan(prefix)) {
    const names = [...new Set(found.map((key) => key.slice(prefix.length)))];
    for (let i = 0; i < names.length; i += limits.tableStepNames) {
      yield names.slice(i, i + limits.tableStepNames);
    }
  }
}

/** Reads what a store has under some names; what expires is not copied. */
export async function readContents(
  { store, keys }: OpenedStore,
  names: readonly string[],
): Promise<ReadonlyMap<string, Content>> {
  const readings = await new FrontendReader(store, keys).read(names);
  const lives = await store.read(
    names.flatMap((name) => [
      ['pttl', keys.frontend(name)] as const,
      ['pttl', keys.options(name)] as const,
    ]),
  );
  const mapped = await store.read(names.map((name) => mappingsCommand(keys, name)));
  const orphans = await readOrphans(
    { store, keys },
    names.filter((name) => {
      const reading = readings.get(name);
      return reading?.kind === 'stored' && reading.stored.list.kind === 'absent';
    }),
  );
  const expires = (at: number): boolean => {
    const answer = lives[at];
    if (answer?.kind !== 'reply') throw new StoreAway(answer?.reason ?? 'no answer');
    return answer.reply.ok && Number(answer.reply.value) >= 0;
  };
  const contents = new Map<string, Content>();
  for (const [at, name] of names.entries()) {
    const reading = readings.get(name);
    if (reading?.kind !== 'stored') throw new StoreAway(reading?.reason ?? 'no answer');
    const { list } = reading.stored;
    const options = orphans.get(name) ?? reading.stored.options;
    const hasList = list.kind !== 'absent';
    const leave = (reason: string): void =>
      void contents.set(name, { kind: 'left', reason, hasList });
    if (list.kind === 'unreadable') leave(list.problem);
    else if (options.problem !== null) leave(options.problem);
    else if (!hasList && options.text === null) contents.set(name, { kind: 'absent' });
    else if (mappingsOf(mapped[at]) === null) leave('its mappings cannot be read');
    else if (expires(2 * at) || expires(2 * at + 1)) leave('it expires by itself');
    else {
      const elements = list.kind === 'list' ? list.list : null;
      const mappings = mappingsOf(mapped[at]) ?? [];
      contents.set(name, { kind: 'content', list: elements, options: options.text, mappings });
    }
  }
  return contents;
}

/** Null: what stands there is none. @throws StoreAway */
function mappingsOf(answer: Answer | undefined): readonly (readonly [string, string])[] | null {
  if (answer?.kind !== 'reply') throw new StoreAway(answer?.reason ?? 'no answer');
  const { texts, problem } = readMappings(answer.reply);
  return problem === null ? inOrder(texts) : null;
}

/** Fields by name, so that the same ones compare as the same. */
export const inOrder = (
  texts: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] => [...texts].sort(([a], [b]) => (a < b ? -1 : 1));

/** Options whose list is gone, which a reader of frontends does not look at. */
async function readOrphans(
  { store, keys }: Pick<OpenedStore, 'store' | 'keys'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredOptions>> {
  const answers = await store.read(names.map((name) => optionsCommand(keys, name)));
  return new Map(
    names.map((name, at) => {
      const answer = answers[at];
      if (answer?.kind !== 'reply') throw new StoreAway(answer?.reason ?? 'no answer');
      return [name, readOptions(answer.reply)];
    }),
  );
}

/**
 * The frontends of a store, to be imported: without dead marks, and without backends that cannot be used.
 *
 * @throws BerthError BERTH_STORE_NOT_REACHED, BERTH_STORE_REFUSED; or the signal's reason
 */
export async function readStore(opened: OpenedStore, signal: AbortSignal): Promise<Parsed> {
  const found = new Collector();
  try {
    for await (const names of namesOf(opened, 'frontend')) {
      signal.throwIfAborted();
      for (const [name, content] of await readContents(opened, names)) {
        addContent(found, name, content);
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw storeError(error, opened.description);
  }
  return found.result();
}

function addContent(found: Collector, name: string, content: Content): void {
  if (content.kind === 'left') found.problem(null, `${quoted(name)}: ${content.reason}`);
  if (content.kind !== 'content' || content.list === null) return;
  const parsed = parseFrontend(name, content.list);
  if (!parsed.ok) {
    found.problem(null, `${quoted(name)}: ${parsed.problem}`);
    return;
  }
  const { identifier, backends, problems } = parsed.frontend;
  if (backends.length < parsed.frontend.size) {
    for (const problem of problems) found.problem(null, `${quoted(name)}: ${problem}`);
  }
  const options = content.options === null ? null : parseOptions(content.options);
  if (options?.ok === false) found.problem(null, `${quoted(name)}: ${options.problem}`);
  found.add({
    name,
    identifier,
    backends: backends.map(({ url }) => url),
    options: options?.ok === true ? options.options : null,
    line: null,
  });
}
