import type { Config } from '../../shared/config/config.ts';
import type { Engines } from './engines/index.ts';

export type ContainerSettings = Config['containers'] & Pick<Config, 'suffixes'>;

/** The engines that the settings of now are about: none while containers are not looked for. */
export interface EnginesInUse extends Pick<Engines, 'subscribe' | 'close'> {
  readonly settings: ContainerSettings;
  /** Those of the settings of now: others after a change of them, of which listeners are told. */
  readonly present: Engines;
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
  let opened = openFor(first);

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  function openFor({ enabled, engines }: ContainerSettings): Opened {
    if (!enabled) return { engines: nothing, stop: () => {} };
    const found = open(engines);
    return { engines: found, stop: found.subscribe(tell) };
  }

  return {
    get settings() {
      return settings;
    },
    get present() {
      return opened.engines;
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
        const old = opened;
        opened = openFor(next);
        old.stop();
        void old.engines.close();
      }
      tell();
    },
    close: async () => {
      listeners.clear();
      opened.stop();
      await opened.engines.close();
    },
  };
}

interface Opened {
  readonly engines: Engines;
  readonly stop: () => void;
}

const nothing: Engines = {
  engines: [],
  containers: new Map(),
  problems: new Map(),
  facts: new Map(),
  left: 0,
  reasonNone: null,
  ready: Promise.resolve(),
  subscribe: () => () => {},
  close: () => Promise.resolve(),
};
