import type { ContainerEngineView } from '../../../shared/contract/containers.ts';
import { limits } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/messages.ts';
import type { Container } from '../../../shared/model/container.ts';
import { Borrowed } from './borrowed.ts';
import type { ReadContainer } from './container.ts';
import { Engine } from './engine.ts';
import { machineFiles } from './files.ts';
import { whyNone } from './installed.ts';
import { enginePlaces } from './places.ts';
import type { EngineFacts, Engines, NoEngine } from './types.ts';
import type { Machine } from './usualSockets.ts';

export interface EnginesOptions {
  /** The setting `containers.engines`. */
  readonly configured: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly log: Log;
  readonly files?: Machine['files'];
  /** Between 0 and 1. */
  readonly random?: () => number;
}

interface Picture {
  readonly engines: readonly ContainerEngineView[];
  readonly containers: ReadonlyMap<string, Container>;
  readonly problems: ReadonlyMap<string, readonly string[]>;
  readonly facts: ReadonlyMap<string, EngineFacts>;
  readonly left: number;
  readonly reasonNone: NoEngine | null;
}

const empty: Picture = {
  engines: [],
  containers: new Map(),
  problems: new Map(),
  facts: new Map(),
  left: 0,
  reasonNone: null,
};

/** Finds the container engines of this machine and follows them until it is closed. */
export function openEngines(options: EnginesOptions): Engines {
  const { configured, env, platform, home, log, files = machineFiles } = options;
  const machine: Machine = { env, platform, home, files };
  const engines = new Map<string, Engine>();
  const borrowed = new WeakMap<Engine, Borrowed>();
  const borrowedOf = (engine: Engine): Borrowed => {
    const known = borrowed.get(engine) ?? new Borrowed();
    borrowed.set(engine, known);
    return known;
  };
  const listeners = new Set<() => void>();
  let picture = empty;
  let reasonNone: NoEngine | null = null;
  let isClosed = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  let telling: NodeJS.Timeout | null = null;
  let searching: NodeJS.Timeout | null = null;

  const tell = (): void => {
    telling = null;
    toldAt = performance.now();
    picture = paint([...engines.values()], reasonNone, borrowedOf);
    for (const listener of [...listeners]) listener();
  };
  const changed = (): void => {
    if (isClosed || telling !== null) return;
    const ms = Math.max(0, toldAt + limits.containerEventsMs - performance.now());
    telling = setTimeout(tell, ms);
  };

  const search = async (): Promise<void> => {
    const places = await enginePlaces(configured, machine);
    const found = new Set(places.map(({ id }) => id));
    const none = places.length === 0 ? await whyNone(machine) : null;
    if (isClosed) return;
    for (const [id, engine] of engines) {
      // A socket goes with its engine, and comes again with it.
      if (found.has(id) || (engine.place.source === 'socket' && engine.hasRun)) continue;
      engines.delete(id);
      void engine.close();
      changed();
    }
    for (const place of places) {
      if (engines.has(place.id)) continue;
      const random = options.random ?? Math.random;
      engines.set(place.id, new Engine({ place, platform, log, random, changed }));
      changed();
    }
    const why = engines.size === 0 ? none : null;
    if (why?.reason !== reasonNone?.reason) changed();
    reasonNone = why;
  };
  const searchOn = (): void => {
    if (isClosed) return;
    searching = setTimeout(() => {
      search().then(searchOn, (error: unknown) => {
        log('error', `to look for container engines: ${String(error)}`);
        searchOn();
      });
    }, limits.engineSearchMs);
  };

  const first = async (): Promise<void> => {
    try {
      await search();
    } catch (error) {
      log('error', `to look for container engines: ${String(error)}`);
    }
    searchOn();
    await Promise.all([...engines.values()].map((engine) => engine.askedOnce));
    if (isClosed) return;
    if (telling !== null) clearTimeout(telling);
    tell();
  };
  const ready = first();

  return {
    get engines() {
      return picture.engines;
    },
    get containers() {
      return picture.containers;
    },
    get problems() {
      return picture.problems;
    },
    get facts() {
      return picture.facts;
    },
    get left() {
      return picture.left;
    },
    get reasonNone() {
      return picture.reasonNone;
    },
    ready,
    subscribe: (listener) => {
      // A listener may be given twice.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close: async () => {
      isClosed = true;
      listeners.clear();
      if (telling !== null) clearTimeout(telling);
      if (searching !== null) clearTimeout(searching);
      await Promise.all([...engines.values()].map((engine) => engine.close()));
      await ready;
    },
  };
}

/** All of it as it is now; an engine that was found at two addresses is there once. */
function paint(
  all: readonly Engine[],
  reasonNone: NoEngine | null,
  borrowedOf: (engine: Engine) => Borrowed,
): Picture {
  const keys = new Set<string>();
  const engines = all.filter((engine) => {
    if (engine.roster === null || engine.key === '') return true;
    if (keys.has(engine.key)) return false;
    keys.add(engine.key);
    return true;
  });
  const containers = new Map<string, Container>();
  const problems = new Map<string, readonly string[]>();
  const facts = new Map<string, EngineFacts>();
  let left = 0;
  for (const engine of engines) {
    if (engine.facts !== null) facts.set(engine.place.id, engine.facts);
    left += engine.roster?.left ?? 0;
    const read = engine.roster?.all ?? new Map<string, ReadContainer>();
    for (const [id, container] of borrowedOf(engine).join(read)) {
      if (containers.has(id)) continue;
      if (containers.size >= limits.maxContainers) {
        left++;
        continue;
      }
      containers.set(id, container);
      const { problems: told = [] } = read.get(id) ?? {};
      if (told.length > 0) problems.set(id, told);
    }
  }
  return {
    engines: engines.map(({ view }) => view),
    containers,
    problems,
    facts,
    left,
    reasonNone,
  };
}
