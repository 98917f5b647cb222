import type { Container } from '../../shared/model/container.ts';
import { type Wanted, wantedHosts } from './conventions/index.ts';
import type { Engines } from './engines/index.ts';
import type { ContainerSettings, EnginesInUse } from './enginesInUse.ts';
import type { ContainerWay } from './mappings/index.ts';
import { addressFor, type Machine, type Surroundings, surroundingsOf } from './reach/index.ts';

/** What containers ask for, and the ways to them, as this machine sees them now. */
export interface Lookout {
  wanted(container: Container): Wanted;
  surroundings(engine: string): Surroundings;
  findWay(container: Container, port: number): ContainerWay;
}

export interface LookoutOptions {
  readonly engines: Pick<EnginesInUse, 'settings'> & {
    readonly present: Pick<Engines, 'containers' | 'facts'>;
  };
  /** What of the machine stays as it is; asked once, when a container is there. */
  readonly machine: () => Machine;
  /** Asked at most once for each change of `containers`. */
  readonly subnets: () => readonly string[];
}

const noFacts = {
  kind: 'docker',
  hostname: '',
  operatingSystem: '',
  isRootless: false,
  isRemote: false,
  publishedAt: '127.0.0.1',
} as const;

export function createLookout({ engines, machine, subnets }: LookoutOptions): Lookout {
  /** A container is another object when it has changed. */
  let wants = new WeakMap<Container, Wanted>();
  let wantedBy: ContainerSettings | null = null;
  let seen: Engines['containers'] | null = null;
  let places = new Map<string, Surroundings>();
  let lasting: Machine | null = null;

  function surroundings(engine: string): Surroundings {
    const { containers, facts: known } = engines.present;
    if (seen !== containers) {
      seen = containers;
      places = new Map();
    }
    const place = places.get(engine);
    if (place !== undefined) return place;
    const own = [...containers.values()].filter((one) => one.engine === engine);
    const facts = known.get(engine) ?? noFacts;
    lasting ??= machine();
    const made = surroundingsOf({ ...lasting, subnets: subnets() }, facts, own);
    places.set(engine, made);
    return made;
  }

  return {
    wanted: (container) => {
      const { settings } = engines;
      if (wantedBy !== settings) {
        wantedBy = settings;
        wants = new WeakMap();
      }
      const known = wants.get(container);
      if (known !== undefined) return known;
      const { suffixes, autoNames, labels } = settings;
      const made = wantedHosts(container, { suffixes, autoNames, isLabels: labels });
      wants.set(container, made);
      return made;
    },
    surroundings,
    findWay: (container, port) => addressFor(container, port, surroundings(container.engine)),
  };
}
