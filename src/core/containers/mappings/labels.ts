import { visibleText } from '../../../shared/escapeUnseen.ts';
import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { type Convention, conventions } from '../../../shared/model/conventions.ts';
import {
  describeTarget,
  type Mapping,
  type MappingTarget,
  mappingId,
} from '../../../shared/model/mapping.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import type { FindWants, Machine } from './types.ts';

/** A mapping that labels of running containers ask for; without backends. */
export interface Wish {
  readonly name: string;
  readonly mapping: Mapping;
  /** Containers that ask for it. */
  readonly containers: readonly Container[];
}

export interface Wishes {
  /** By name of the frontend: who gets it, if nobody has it already. */
  readonly byName: ReadonlyMap<string, Wish>;
  /** Others that want the same, by name of the frontend. */
  readonly losers: ReadonlyMap<string, readonly Wish[]>;
}

const targetOf = ({ project, service, name }: Container): MappingTarget =>
  project !== null && service !== null
    ? { kind: 'service', project, service }
    : { kind: 'container', name };

interface Candidate {
  readonly wish: Wish;
  readonly convention: Convention;
  readonly isPartial: boolean;
  readonly since: number;
}

/**
 * What containers ask for by their labels. Of several that want one host, all of one service get it together; else one
 * that wants it by the strongest convention; among those the one that has it; else one that wants all of it; else the one
 * that was started first.
 *
 * @param has ids of the mappings that a frontend has
 */
export function wishesOf(
  containers: Iterable<Container>,
  findWants: FindWants,
  machine: Machine,
  has: (name: string) => ReadonlyMap<string, Mapping>,
): Wishes {
  const found = new Map<string, Map<string, Candidate>>();
  for (const container of containers) {
    if (container.state !== 'running' && container.state !== 'restarting') continue;
    for (const want of findWants(container)) add(found, container, want, machine);
  }
  const byName = new Map<string, Wish>();
  const losers = new Map<string, readonly Wish[]>();
  for (const [name, candidates] of found) {
    const known = has(name);
    const rank = ([id, { convention, isPartial }]: readonly [string, Candidate]): number =>
      4 * conventions.indexOf(convention) + (known.has(id) ? 0 : 2) + (isPartial ? 1 : 0);
    const [first, ...others] = [...candidates].sort(
      (a, b) => rank(a) - rank(b) || a[1].since - b[1].since || (a[0] < b[0] ? -1 : 1),
    );
    if (first === undefined) continue;
    byName.set(name, first[1].wish);
    if (others.length > 0)
      losers.set(
        name,
        others.map(([, { wish }]) => wish),
      );
  }
  return { byName, losers };
}

function add(
  found: Map<string, Map<string, Candidate>>,
  container: Container,
  want: WantedHost,
  machine: Machine,
): void {
  if (want.port === null) return;
  const mapping: Mapping = {
    machine,
    engine: container.engine,
    target: targetOf(container),
    port: want.port,
    scheme: want.scheme,
    source: want.convention,
    from: want.from,
    made: false,
    backends: [],
  };
  const id = mappingId(mapping);
  const ofName = found.get(want.name) ?? new Map<string, Candidate>();
  found.set(want.name, ofName);
  const known = ofName.get(id);
  const since = Math.min(known?.since ?? Number.POSITIVE_INFINITY, container.startedAt ?? 0);
  ofName.set(id, {
    wish: {
      name: want.name,
      mapping: known?.wish.mapping ?? mapping,
      containers: [...(known?.wish.containers ?? []), container],
    },
    convention: known?.convention ?? want.convention,
    isPartial: (known?.isPartial ?? true) && want.isPartial,
    since,
  });
}

/** URLs that a sentence names, and characters of one: anybody may have written them. */
const maxNamed = 2;
const maxNamedChars = 120;

const shown = (url: string): string =>
  visibleText(url.length <= maxNamedChars ? url : `${url.slice(0, maxNamedChars - 1)}…`);

/**
 * Why labels do not get a host: it is a person's, or another machine's; null when they do.
 *
 * @param mappings that the frontend has
 * @param foreign entries of its list that are no mapping's
 */
export function blockOf(
  { name, mapping }: Wish,
  mappings: ReadonlyMap<string, Mapping>,
  foreign: readonly string[],
): string | null {
  if (mappings.get(mappingId(mapping))?.source === mapping.source) return null;
  const asks = `It asks for ${name} (${mapping.from})`;
  for (const other of mappings.values()) {
    if (other.machine.id !== mapping.machine.id) {
      return `${asks}, which is kept by another machine, ${other.machine.name}.`;
    }
    if (other.source === 'hand') {
      return `${asks}, which is mapped to ${describeTarget(other.target)} by hand: berth unmap ${shellWord(name)}`;
    }
  }
  if (foreign.length === 0) return null;
  const named = foreign.slice(0, maxNamed).map(shown).join(', ');
  const more = foreign.length > maxNamed ? ` and ${foreign.length - maxNamed} more` : '';
  return `${asks}, which has backends of its own: ${named}${more}. Remove them, or map it by hand.`;
}

/** Why a container does not get a host that another has. */
export const lossOf = ({ name, mapping }: Wish, winner: Wish): string =>
  mapping.engine === winner.mapping.engine &&
  describeTarget(mapping.target) === describeTarget(winner.mapping.target)
    ? `It asks for ${name} (${mapping.from}) at port ${mapping.port}, which it has at port ${winner.mapping.port} already.`
    : `It asks for ${name} (${mapping.from}), which ${describeTarget(winner.mapping.target)} asked for first.`;
