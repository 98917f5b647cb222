import { limits } from '../../../shared/limits.ts';
import {
  describeTarget,
  formatMapping,
  type Mapping,
  mappingId,
} from '../../../shared/model/mapping.ts';
import {
  type ContainerNote,
  defaultOptions,
  type FrontendOptions,
  formatOptions,
} from '../../../shared/model/options.ts';
import type { StoredList } from '../../frontends/replies.ts';
import type { Aim } from './aim.ts';
import { blockOf, type Wish } from './labels.ts';
import { claimsOf, ownPlaces, type StoredMappings } from './stored.ts';

/** What the store has of a frontend, as far as mappings go. */
export interface HostPresent {
  readonly list: StoredList;
  /** Null: they cannot be read, and stay. */
  readonly options: FrontendOptions | null;
  readonly mappings: StoredMappings;
}

/** What is wanted of a frontend's mappings. */
export interface HostWishes {
  readonly name: string;
  /** Id of this machine. */
  readonly machine: string;
  /** Of a mapping of this machine. */
  readonly aim: (mapping: Mapping) => Aim;
  /** What labels ask for. */
  readonly wish: Wish | null;
  /** A mapping that a person makes now; without backends. */
  readonly made: Mapping | null;
  /** Ids of mappings that a person ends now, of whichever machine. */
  readonly ended: ReadonlySet<string>;
  /** What an engine is spoken to with. */
  readonly kindOf: (engine: string) => 'docker' | 'podman';
  /** Unix milliseconds. */
  readonly now: number;
}

export interface HostPlan {
  /** All of it as it shall be; null: no such frontend. */
  readonly list: readonly string[] | null;
  /** Null: they stay, or go with the frontend. */
  readonly options: FrontendOptions | null;
  /** Fields that are written, or with null deleted. */
  readonly mappings: ReadonlyMap<string, string | null>;
}

interface Kept {
  readonly mapping: Mapping;
  /** Null for what is not this machine's, or not known: its backends stay. */
  readonly aim: Aim | null;
}

/** What has to be written so that a frontend is what its mappings want; null when it is. */
export function planHost(present: HostPresent, wishes: HostWishes): HostPlan | null {
  const { list, mappings } = present;
  if (list.kind === 'unreadable' || mappings.problem !== null) return null;
  const [identifier = wishes.name, ...urls] = list.kind === 'list' ? list.list : [];
  const claimed = claimsOf(mappings.mappings.values());
  const own = ownPlaces(urls, claimed);
  const foreign = urls.filter((_url, index) => !own.has(index));
  const listed = new Set(urls.filter((_url, index) => own.has(index)));
  const kept = keptOf(present, wishes, foreign);
  const next = new Map<string, Mapping>();
  const wanted: string[] = [];
  for (const { mapping, aim } of kept) {
    const backends = aim === null ? mapping.backends : backendsFor(aim, listed, new Set(foreign));
    const { target, formerName } = aim ?? mapping;
    const now = { ...mapping, target, formerName, backends };
    // The new name may be that of another mapping.
    if (next.has(mappingId(now))) continue;
    next.set(mappingId(now), now);
    if (aim !== null) wanted.push(...backends);
  }
  const claims = claimsOf(next.values());
  const fields = fieldsOf(mappings, next);
  if (list.kind === 'absent' && wanted.length === 0 && !kept.some(({ aim }) => aim !== null)) {
    return fields.size === 0 ? null : { list: null, options: null, mappings: fields };
  }
  const after = listAfter(identifier, urls, own, claims, wanted);
  if (goes(present, next, after)) return { list: null, options: null, mappings: fields };
  const options =
    present.options === null
      ? null
      : optionsAfter(
          present.options,
          after.length > 1 ? null : noteAfter(present.options.container, kept, wishes),
          urls,
          after.slice(1),
        );
  const isSame = list.kind === 'list' && JSON.stringify(after) === JSON.stringify(list.list);
  if (isSame && options === null && fields.size === 0) return null;
  return { list: after, options, mappings: fields };
}

/** The mappings that stay or come, with what they should be like. */
function keptOf(
  { list, mappings: { mappings } }: HostPresent,
  wishes: HostWishes,
  foreign: readonly string[],
): readonly Kept[] {
  const { machine, wish, made, ended } = wishes;
  const madeId = made === null ? null : mappingId(made);
  const stays = [...mappings].filter(([id]) => !ended.has(id) && id !== madeId);
  const byHand = made !== null || stays.some(([, { source }]) => source === 'hand');
  const given =
    wish !== null &&
    !byHand &&
    !ended.has(mappingId(wish.mapping)) &&
    blockOf(wish, new Map(stays), foreign) === null
      ? wish
      : null;
  const givenId = given === null ? null : mappingId(given.mapping);
  const kept: Kept[] = [];
  let isAway = false;
  for (const [id, mapping] of stays) {
    if (mapping.machine.id !== machine) {
      kept.push({ mapping, aim: null });
      continue;
    }
    const aim = wishes.aim(mapping);
    const isKnown = aim.running !== null;
    if (mapping.source !== 'hand') {
      // What a person maps, or a container that runs asks for, takes the place of what another asked for.
      const isReplaced = byHand || (givenId !== null && id !== givenId);
      if (isKnown && (isReplaced || aim.containers.length === 0)) continue;
      isAway ||= !isKnown;
    }
    kept.push({ mapping, aim: isKnown ? aim : null });
  }
  // What begins a frontend, or shares it with what began it, goes with it.
  const isMade =
    list.kind === 'absent' ||
    (foreign.length === 0 && mappings.size > 0 && [...mappings.values()].every((one) => one.made));
  const come = (mapping: Mapping): void => {
    const known = mappings.get(mappingId(mapping));
    const { backends = [], made: wasMade = isMade } = known ?? {};
    const aim = wishes.aim(mapping);
    kept.push({
      mapping: { ...mapping, made: wasMade, backends },
      aim: aim.running === null ? null : aim,
    });
  };
  if (made !== null) come(made);
  else if (given !== null && !isAway && !stays.some(([id]) => id === givenId)) come(given.mapping);
  return kept;
}

/** What a mapping has in the list: what is there by hand already is not its own. */
function backendsFor(
  { running, untried }: Aim,
  listed: ReadonlySet<string>,
  foreign: ReadonlySet<string>,
): readonly string[] {
  const urls = new Set<string>();
  for (const { url } of running ?? []) if (!foreign.has(url)) urls.add(url);
  for (const { url } of untried) if (listed.has(url) && !foreign.has(url)) urls.add(url);
  return [...urls].slice(0, limits.maxMappedBackends);
}

/** What comes takes the places of what goes, so that all else stays where it is. */
function listAfter(
  identifier: string,
  urls: readonly string[],
  own: ReadonlySet<number>,
  claims: ReadonlySet<string>,
  /** What must be there; of other machines only what is. */
  wanted: readonly string[],
): readonly string[] {
  const listed = new Set(urls);
  const fresh = [...new Set(wanted)].filter((url) => !listed.has(url));
  const after: string[] = [];
  for (const [index, url] of urls.entries()) {
    if (!own.has(index) || claims.has(url)) {
      after.push(url);
      continue;
    }
    const instead = fresh.shift();
    if (instead !== undefined) after.push(instead);
  }
  return [identifier, ...after, ...fresh].slice(
    0,
    Math.max(limits.maxBackendsPerFrontend, urls.length) + 1,
  );
}

function fieldsOf(
  { texts, mappings }: StoredMappings,
  next: ReadonlyMap<string, Mapping>,
): ReadonlyMap<string, string | null> {
  const fields = new Map<string, string | null>();
  for (const id of mappings.keys()) if (!next.has(id)) fields.set(id, null);
  for (const [id, mapping] of next) {
    const known = mappings.get(id);
    if (known !== undefined && formatMapping(known) === formatMapping(mapping)) continue;
    if (texts.get(id) !== formatMapping(mapping)) fields.set(id, formatMapping(mapping));
  }
  return fields;
}

/** Options that say nothing of what goes, with the note of mappings; null when they are so. */
function optionsAfter(
  options: FrontendOptions,
  note: ContainerNote | null,
  before: readonly string[],
  after: readonly string[],
): FrontendOptions | null {
  const gone = new Set(before.filter((url) => !after.includes(url)));
  const weights = Object.entries(options.weights).filter(([url]) => !gone.has(url));
  const next: FrontendOptions = {
    ...options,
    weights: Object.fromEntries(weights),
    drained: options.drained.filter((url) => !gone.has(url)),
    container: note,
  };
  return formatOptions(next) === formatOptions(options) ? null : next;
}

/** What is said while there is no backend. What another machine says of its containers is left to it, while it holds. */
function noteAfter(
  present: ContainerNote | null,
  kept: readonly Kept[],
  { machine, kindOf, now }: HostWishes,
): ContainerNote | null {
  const own = kept.filter(({ mapping }) => mapping.machine.id === machine);
  const isShared = own.length < kept.length;
  if (kept.length === 0) return null;
  // Of some nothing is known: what was said of them stays.
  if (own.some(({ aim }) => aim === null)) return present;
  const whats = new Set(own.map(({ mapping }) => describeTarget(mapping.target)));
  const isTheirs =
    isShared &&
    present !== null &&
    (present.state === 'starting' ? present.until > now : !whats.has(present.what));
  const notes = own.flatMap(({ aim, mapping }): readonly ContainerNote[] => {
    if (aim === null || aim.state === 'up' || aim.state === 'unknown') return [];
    const note = { what: describeTarget(aim.target), state: aim.state, until: aim.until };
    return [kindOf(mapping.engine) === 'podman' ? { ...note, engine: 'podman' } : note];
  });
  // The one that is waited for longest; of those that are equal the one that is told already.
  const [note = null] = notes.sort(
    (a, b) =>
      b.until - a.until || Number(b.what === present?.what) - Number(a.what === present?.what),
  );
  if (isTheirs && note?.state !== 'starting') return present;
  // Of several that start at the same time nobody is waited for longer than for the last.
  if (isTheirs && present.until >= (note?.until ?? 0)) return present;
  return note ?? (isShared ? present : null);
}

/** Whether the frontend goes with its last mapping. */
function goes(
  { options, mappings: { mappings, texts } }: HostPresent,
  next: ReadonlyMap<string, Mapping>,
  after: readonly string[],
): boolean {
  if (next.size > 0 || after.length > 1 || options === null) return false;
  // What cannot be read may be a newer version's.
  if (texts.size > mappings.size || mappings.size === 0) return false;
  return (
    [...mappings.values()].every(({ made }) => made) &&
    formatOptions({ ...options, container: null }) === formatOptions(defaultOptions)
  );
}
