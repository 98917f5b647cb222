import type { Container } from '../../../shared/model/container.ts';
import type { MappingTarget } from '../../../shared/model/mapping.ts';
import type { Running, World } from './aim.ts';
import type { FindWants, FindWay, Surveyed } from './types.ts';

const targetKey = (engine: string, target: MappingTarget): string =>
  JSON.stringify(
    target.kind === 'container' ? [engine, target.name] : [engine, target.project, target.service],
  );

const keysOf = ({ engine, name, project, service }: Container): readonly string[] => [
  targetKey(engine, { kind: 'container', name }),
  ...(project === null || service === null
    ? []
    : [targetKey(engine, { kind: 'service', project, service })]),
];

/** Containers as they are at one moment, found by what mappings are about. */
export class Survey {
  readonly #engines: ReadonlyMap<string, Surveyed['engines'][number]>;
  readonly #containers: ReadonlyMap<string, Container>;
  readonly #byTarget = new Map<string, Container[]>();

  constructor({ engines, containers }: Surveyed) {
    this.#engines = new Map(engines.map((engine) => [engine.id, engine]));
    this.#containers = new Map(containers);
    const sorted = [...containers.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const container of sorted) {
      for (const key of keysOf(container)) {
        const known = this.#byTarget.get(key);
        if (known === undefined) this.#byTarget.set(key, [container]);
        else known.push(container);
      }
    }
  }

  get containers(): Iterable<Container> {
    return this.#containers.values();
  }

  /** What decides on mappings, with this and the given. */
  world(more: {
    readonly findWay: FindWay;
    readonly findWants: FindWants;
    readonly isReady: (running: Running) => boolean | null;
    readonly now: number;
  }): World {
    return {
      ...more,
      stateOf: (engine) => this.#engines.get(engine) ?? null,
      containersOf: (engine, target) => this.#byTarget.get(targetKey(engine, target)) ?? [],
      byId: (id) => this.#containers.get(id) ?? null,
    };
  }

  /**
   * What another survey has otherwise: keys of targets, or null where an engine is in another state, so that everything
   * may be.
   */
  changesIn(other: Survey): ReadonlySet<string> | null {
    for (const [id, { state }] of other.#engines) {
      if (this.#engines.get(id)?.state !== state) return null;
    }
    if (other.#engines.size !== this.#engines.size) return null;
    const keys = new Set<string>();
    const differ = (a: ReadonlyMap<string, Container>, b: ReadonlyMap<string, Container>) => {
      for (const [id, container] of a) {
        if (b.get(id) === container) continue;
        for (const key of keysOf(container)) keys.add(key);
      }
    };
    differ(this.#containers, other.#containers);
    differ(other.#containers, this.#containers);
    return keys;
  }

  /** Of the targets that mean a container, as `changesIn` has them. */
  static keysOf(container: Container): readonly string[] {
    return keysOf(container);
  }

  /** As `changesIn` has it. */
  static keyOf(engine: string, target: MappingTarget): string {
    return targetKey(engine, target);
  }
}
