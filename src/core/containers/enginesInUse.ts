import type { Config } from '../../shared/config/config.ts';
import type { ContainerEngineView } from '../../shared/contract/containers.ts';
import type { Container } from '../../shared/model/container.ts';
import type { EngineFacts, Engines, NoEngine } from './engines/index.ts';

export type ContainerSettings = Config['containers'] & Pick<Config, 'suffixes'>;

/** The engines that the settings of now are about: none while containers are not looked for. */
export interface EnginesInUse extends Engines {
  readonly settings: ContainerSettings;
  /** Goes over to these settings: the engines of before are let go where they are others. */
  use(settings: ContainerSettings): void;
}

/** @param open finds and follows engines: those of these addresses, or all where there are none */
export function createEnginesInUse(
  first: ContainerSettings,
  open: (configured: readonly string[]) => Engines,
): EnginesInUse {
  const listeners = new Set<() => void>();
  let settings = first;
  let present = openFor(first);

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  function openFor({ enabled, engines }: ContainerSettings): Present {
    if (!enabled) return { engines: nothing, stop: () => {} };
    const opened = open(engines);
    return { engines: opened, stop: opened.subscribe(tell) };
  }

  return {
    get settings() {
      return settings;
    },
    get engines() {
      return present.engines.engines;
    },
    get containers() {
      return present.engines.containers;
    },
    get problems() {
      return present.engines.problems;
    },
    get facts() {
      return present.engines.facts;
    },
    get left() {
      return present.engines.left;
    },
    get reasonNone() {
      return present.engines.reasonNone;
    },
    get ready() {
      return present.engines.ready;
    },
    subscribe: (listener) => {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    use: (next) => {
      const isSame =
        next.enabled === settings.enabled &&
        JSON.stringify(next.engines) === JSON.stringify(settings.engines);
      settings = next;
      if (!isSame) {
        const old = present;
        present = openFor(next);
        old.stop();
        void old.engines.close();
      }
      tell();
    },
    close: async () => {
      listeners.clear();
      present.stop();
      await present.engines.close();
    },
  };
}

interface Present {
  readonly engines: Engines;
  readonly stop: () => void;
}

const nothing: Engines = {
  engines: [] as readonly ContainerEngineView[],
  containers: new Map<string, Container>(),
  problems: new Map<string, readonly string[]>(),
  facts: new Map<string, EngineFacts>(),
  left: 0,
  reasonNone: null as NoEngine | null,
  ready: Promise.resolve(),
  subscribe: () => () => {},
  close: () => Promise.resolve(),
};
