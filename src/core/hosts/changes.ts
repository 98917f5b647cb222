import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { describeTarget, parseMapping } from '../../shared/model/mapping.ts';
import {
  defaultOptions,
  type FrontendOptions,
  formatOptions,
  type OptionsParse,
  type OptionsPatch,
  optionsPatchSchema,
  parseOptions,
} from '../../shared/model/options.ts';
import {
  claimsOf,
  foreignOf,
  ownPlaces,
  type StoredMappings,
} from '../containers/mappings/stored.ts';
import type { StoredList, StoredOptions } from '../frontends/replies.ts';
import { revisionOf } from '../frontends/revision.ts';
import { noBackend, urlsText } from './noBackend.ts';

/** What the store has of a frontend. */
export interface Present {
  readonly list: StoredList;
  readonly options: StoredOptions;
  readonly mappings: StoredMappings;
}

/** List, options and mappings as texts: what an edit writes, and what taking it back compares. */
export interface Content {
  /** Null: there is no such frontend. */
  readonly list: readonly string[] | null;
  readonly options: string | null;
  /** By id; left out where there are none. */
  readonly mappings?: Readonly<Record<string, string>>;
}

/** What became of one host. */
export interface EditedHost {
  readonly name: string;
  /** Null: it held what cannot be put back. */
  readonly before: Content | null;
  readonly after: Content;
}

/** What an edit makes of a frontend; null when that is what it is already. */
export type Change = {
  /** Null: it is removed, with all that belongs to it. */
  readonly list: readonly string[] | null;
  /** Null: there are none. Left out: they stay, whatever they are. */
  readonly options?: string | null;
  /**
   * Fields of the hash of mappings that are written, or with null deleted. Left out: they stay, or go with all that
   * belongs to a frontend that is removed.
   */
  readonly mappings?: ReadonlyMap<string, string | null>;
  /** As `added http://127.0.0.1:3000`. */
  readonly summary: string;
} | null;

const notFound = (name: string): BerthError => new BerthError('BERTH_HOST_NOT_FOUND', name);
const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);
const conflict = (name: string, what: string): BerthError =>
  new BerthError('BERTH_CONFLICT', `${name}: ${what}`);

/** The list, null when there is none. @throws BERTH_FRONTEND_INVALID for what is no list */
function listOf(name: string, { list }: Present): readonly string[] | null {
  if (list.kind === 'unreadable') {
    throw new BerthError('BERTH_FRONTEND_INVALID', `${name}: ${list.problem}`);
  }
  return list.kind === 'list' ? list.list : null;
}

/** As they are, for what is compared: null where they cannot be read. */
export const contentOf = ({ list, options, mappings: { texts } }: Present): Content => ({
  list: list.kind === 'list' ? list.list : null,
  options: options.text,
  ...(texts.size === 0 ? {} : { mappings: Object.fromEntries(texts) }),
});

/** @throws BERTH_CONFLICT when the caller saw something else */
function mustBe(name: string, present: Present, expected: string | undefined): void {
  if (expected === undefined) return;
  if (expected === '') {
    if (present.list.kind === 'absent') return;
    throw conflict(name, 'it is there already');
  }
  if (present.list.kind === 'absent') throw conflict(name, 'it is gone');
  const { list, options } = contentOf(present);
  if (revisionOf(list, options) !== expected) {
    throw conflict(name, 'it is not what it was when you looked');
  }
}

function mustFit(name: string, list: readonly string[]): void {
  if (list.length > limits.maxBackendsPerFrontend + 1) {
    throw invalid(`${name}: more than ${limits.maxBackendsPerFrontend} backends`);
  }
}

/** What a mapping keeps would be back in a moment: it goes with the mapping, and not by itself. */
function mustKeepMapped(
  name: string,
  { mappings: { mappings } }: Present,
  before: readonly string[],
  after: readonly string[],
): void {
  const left = new Set(after);
  for (const { backends, target, source, from } of mappings.values()) {
    const taken = backends.find((url) => before.includes(url) && !left.has(url));
    if (taken === undefined) continue;
    const asked = source === 'hand' ? '' : `, which asks for it with ${from}`;
    throw new BerthError(
      'BERTH_BACKEND_MAPPED',
      `${taken} of ${name} is kept for ${describeTarget(target)}${asked}`,
    );
  }
}

const hasOptions = ({ options }: Present): boolean =>
  options.text !== null || options.problem !== null;

/** Options for what is listed: a weight or draining of anything else goes when the list changes. */
function forListed(
  options: FrontendOptions,
  before: readonly string[],
  after: readonly string[],
): FrontendOptions {
  if (JSON.stringify(before) === JSON.stringify(after)) return options;
  const listed = new Set(after);
  return {
    ...options,
    weights: Object.fromEntries(Object.entries(options.weights).filter(([url]) => listed.has(url))),
    drained: options.drained.filter((url) => listed.has(url)),
  };
}

/** The text of other options; the same text where they say the same. */
function optionsText(name: string, present: Present, next: FrontendOptions): string | null {
  const text = formatOptions(next);
  const { text: before } = present.options;
  if (before !== null) {
    const parsed = parseOptions(before);
    if (parsed.ok && formatOptions(parsed.options) === text) return before;
  }
  if (text !== null && Buffer.byteLength(text) > limits.maxOptionsBytes) {
    throw invalid(`${name}: its options would take more than ${limits.maxOptionsBytes} bytes`);
  }
  return text;
}

/** The options as they are, or why they cannot be read. */
function readable({ options: { text, problem } }: Present): OptionsParse {
  if (problem !== null) return { ok: false, problem };
  return text === null ? { ok: true, options: defaultOptions } : parseOptions(text);
}

/** What ends that options cannot be read; the star of a wildcard is no pattern for a shell. */
const resetOf = (name: string): string =>
  `berth set ${name.includes('*') ? `'${name}'` : name} --reset`;

function patched(options: FrontendOptions, patch: OptionsPatch): FrontendOptions {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
  const values = changes.map(([key, value]) => [
    key,
    value === null ? defaultOptions[key as keyof FrontendOptions] : value,
  ]);
  return { ...options, ...(Object.fromEntries(values) as Partial<FrontendOptions>) };
}

const isWhole = (patch: OptionsPatch): boolean =>
  Object.keys(optionsPatchSchema.shape).every(
    (key) => patch[key as keyof OptionsPatch] !== undefined,
  );

interface Added {
  readonly name: string;
  readonly backends: readonly string[];
  readonly identifier?: string | undefined;
}

/** Appends what is not listed yet. Does not depend on what others add at the same time. */
export function add({ name, backends, identifier }: Added, present: Present): Change {
  const list = listOf(name, present);
  const listed = new Set(list?.slice(1));
  const fresh = [...new Set(backends)].filter((url) => !listed.has(url));
  if (list !== null && fresh.length === 0) return null;
  const next = [...(list ?? [identifier ?? name]), ...fresh];
  mustFit(name, next);
  return {
    list: next,
    // Options that a frontend left behind which is gone are not those of this one.
    ...(list === null
      ? { options: null }
      : given(
          optionsAfter(name, present, {
            patch: undefined,
            reset: false,
            oldUrls: list.slice(1),
            urls: next.slice(1),
          }),
        )),
    summary: `added ${urlsText(fresh)}`,
  };
}

interface Settings {
  readonly name: string;
  readonly backends?: readonly string[] | undefined;
  readonly identifier?: string | undefined;
  readonly options?: OptionsPatch | undefined;
  /** Options begin with the defaults. */
  readonly reset?: boolean | undefined;
  readonly expect?: string | undefined;
}

/** Replaces what is given; makes the frontend when backends are. */
export function set(input: Settings, present: Present): Change {
  const { name, backends, identifier, options: patch, reset = false } = input;
  mustBe(name, present, input.expect);
  const before = listOf(name, present);
  if (before === null && backends === undefined) throw notFound(name);
  const [oldIdentifier = name, ...oldUrls] = before ?? [];
  const list = [identifier ?? oldIdentifier, ...(backends ?? oldUrls)];
  mustFit(name, list);
  mustKeepMapped(name, present, oldUrls, list.slice(1));
  const options = optionsAfter(name, before === null ? withoutOptions(present) : present, {
    patch,
    reset,
    oldUrls,
    urls: list.slice(1),
  });
  const isSameList = JSON.stringify(list) === JSON.stringify(before);
  const isSameText = options === present.options.text && present.options.problem === null;
  if (isSameList && (options === undefined || isSameText)) return null;
  const summary = pausing(input) ?? `set ${partsOf(input).join(', ')}`;
  return { list, ...given(options), summary };
}

/** What to say of an edit that pauses a host, or ends that, and does nothing else. */
function pausing({ backends, identifier, reset = false, options = {} }: Settings): string | null {
  const isAlone = Object.keys(options).join() === 'paused';
  if (!isAlone || reset || backends !== undefined || identifier !== undefined) return null;
  return options.paused === true ? 'paused' : 'resumed';
}

function partsOf({ backends, identifier, reset, options: patch }: Settings): readonly string[] {
  return [
    ...(backends === undefined ? [] : [`backends to ${urlsText(backends) || 'none'}`]),
    ...(identifier === undefined ? [] : [`identifier to ${JSON.stringify(identifier)}`]),
    ...(reset === true ? ['options to the defaults'] : []),
    ...(patch === undefined ? [] : [`options (${Object.keys(patch).join(', ')})`]),
  ];
}

const given = (options: string | null | undefined): { options?: string | null } =>
  options === undefined ? {} : { options };

const withoutOptions = (present: Present): Present => ({
  ...present,
  options: { text: null, problem: null },
});

/** The text of the options after a change; undefined when what cannot be read is to stay. */
function optionsAfter(
  name: string,
  present: Present,
  change: {
    readonly patch: OptionsPatch | undefined;
    readonly reset: boolean;
    readonly oldUrls: readonly string[];
    readonly urls: readonly string[];
  },
): string | null | undefined {
  const { patch, reset, oldUrls, urls } = change;
  const before = readable(present);
  if (reset) {
    // What a mapping says of its container is no setting.
    const container = before.ok ? before.options.container : null;
    return optionsText(name, present, patched({ ...defaultOptions, container }, patch ?? {}));
  }
  if (!before.ok) {
    if (patch === undefined) return undefined;
    if (!isWhole(patch)) {
      throw invalid(`${name}: ${before.problem}; begin with the defaults: ${resetOf(name)}`);
    }
  }
  const kept = forListed(before.ok ? before.options : defaultOptions, oldUrls, urls);
  return optionsText(name, present, patch === undefined ? kept : patched(kept, patch));
}

interface Removed {
  readonly name: string;
  readonly backends?: readonly string[] | undefined;
  readonly expect?: string | undefined;
}

/** Removes every listing of the backends that are named, or the frontend with all that belongs to it. */
export function remove({ name, backends, expect }: Removed, present: Present): Change {
  mustBe(name, present, expect);
  if (backends === undefined) {
    const isNothing = present.list.kind === 'absent' && !hasOptions(present);
    if (isNothing && present.mappings.texts.size === 0) throw notFound(name);
    return { list: null, options: null, summary: `removed ${name}` };
  }
  const list = listOf(name, present);
  if (list === null) throw notFound(name);
  const [identifier = '', ...urls] = list;
  const unwanted = new Set(backends);
  const kept = urls.filter((url) => !unwanted.has(url));
  if (kept.length === urls.length) {
    throw noBackend(name, backends, urls);
  }
  mustKeepMapped(name, present, urls, kept);
  const gone = [...unwanted].filter((url) => urls.includes(url));
  return {
    list: [identifier, ...kept],
    ...given(
      optionsAfter(name, present, {
        patch: undefined,
        reset: false,
        oldUrls: urls,
        urls: kept,
      }),
    ),
    summary: `removed ${urlsText(gone)}`,
  };
}

/** What of a frontend is a person's: all but what mappings keep, and say of their containers. */
function ofPerson({ list, options, mappings = {} }: Content): unknown {
  const parsed = options === null ? null : parseOptions(options);
  const [identifier, ...urls] = list ?? [];
  return [
    identifier ?? null,
    foreignOf(urls, claimsIn(mappings)),
    parsed?.ok === true ? formatOptions({ ...parsed.options, container: null }) : options,
    Object.keys(mappings).sort(),
  ];
}

function claimsIn(mappings: Readonly<Record<string, string>>): ReadonlySet<string> {
  return claimsOf(
    Object.values(mappings).flatMap((text) => {
      const parsed = parseMapping(text);
      return parsed.ok ? [parsed.mapping] : [];
    }),
  );
}

const isSame = (a: Content, b: Content): boolean =>
  JSON.stringify(ofPerson(a)) === JSON.stringify(ofPerson(b));

/**
 * Puts back what was there before an edit, when what the edit wrote is still there. Mappings that it made go, and those
 * that it ended come back; what others keep is not looked at, and stays as it is.
 */
export function takeBack(
  edit: { readonly name: string; readonly before: Content; readonly after: Content },
  present: Present,
): Change {
  const isReadable = present.list.kind !== 'unreadable' && present.options.problem === null;
  const now = contentOf(present);
  if (!isReadable || !isSame(now, edit.after)) {
    throw conflict(edit.name, 'it was changed since that edit');
  }
  const { list, options, mappings = {} } = edit.before;
  const kept = now.mappings ?? {};
  const come = without(mappings, kept);
  const gone = without(edit.after.mappings ?? {}, mappings);
  const changed = [...Object.entries(come), ...Object.keys(gone).map((id) => [id, null] as const)];
  const fields = changed.length === 0 ? {} : { mappings: new Map<string, string | null>(changed) };
  const stay = without(kept, gone);
  if (list === null || now.list === null || Object.keys(stay).length === 0) {
    return { list, options, ...fields, summary: 'undone' };
  }
  const [, ...urls] = now.list;
  const own = ownPlaces(urls, claimsIn(stay));
  const [identifier = '', ...before] = list;
  const foreign = foreignOf(before, claimsIn(mappings));
  const back = ownPlaces(before, claimsIn(come));
  const isUntouched = claimsText(without(mappings, come)) === claimsText(stay);
  return {
    list: isUntouched
      ? list
      : [
          identifier,
          ...foreign,
          ...urls.filter((_url, index) => own.has(index)),
          ...before.filter((_url, index) => back.has(index)),
        ],
    options: withNoteOf(options, now.options),
    ...fields,
    summary: 'undone',
  };
}

type Mappings = Readonly<Record<string, string>>;

/** Those of one that the other has not, by id. */
const without = (some: Mappings, others: Mappings): Mappings =>
  Object.fromEntries(Object.entries(some).filter(([id]) => !Object.hasOwn(others, id)));

const claimsText = (mappings: Readonly<Record<string, string>>): string =>
  JSON.stringify([...claimsIn(mappings)].sort());

/** The options with what mappings say now. */
function withNoteOf(options: string | null, now: string | null): string | null {
  const past = options === null ? null : parseOptions(options);
  const present = now === null ? null : parseOptions(now);
  if (past?.ok === false) return options;
  const container = present?.ok === true ? present.options.container : null;
  const { container: before, ...rest } = past?.options ?? defaultOptions;
  if (JSON.stringify(before) === JSON.stringify(container)) return options;
  return formatOptions({ ...rest, container });
}
