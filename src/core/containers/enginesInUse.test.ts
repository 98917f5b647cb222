import { expect, it, vi } from 'vitest';
import type { Engines } from './engines/index.ts';
import { type ContainerSettings, createEnginesInUse } from './enginesInUse.ts';

const settings = (changes: Partial<ContainerSettings> = {}): ContainerSettings => ({
  enabled: true,
  engines: [],
  labels: true,
  autoNames: false,
  suffixes: ['localhost'],
  ...changes,
});

function setUp(first: ContainerSettings) {
  const opened: {
    readonly addresses: readonly string[];
    tell(): void;
    readonly close: () => void;
  }[] = [];
  const engines = createEnginesInUse(first, (addresses): Engines => {
    const listeners = new Set<() => void>();
    const close = vi.fn(async () => {});
    opened.push({
      addresses,
      tell: () => {
        for (const each of listeners) each();
      },
      close,
    });
    return {
      engines: [],
      containers: new Map(),
      problems: new Map(),
      facts: new Map(),
      left: opened.length,
      reasonNone: null,
      ready: Promise.resolve(),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close,
    };
  });
  const heard = vi.fn();
  engines.subscribe(heard);
  return { engines, opened, heard };
}

it('no engine is looked for while containers are switched off', () => {
  const { engines, opened } = setUp(settings({ enabled: false }));
  expect(opened).toEqual([]);
  expect(engines.present.engines).toEqual([]);
  engines.use(settings());
  expect(opened.map(({ addresses }) => addresses)).toEqual([[]]);
});

it('other addresses are other engines: those of before are let go, and not heard any more', () => {
  const { engines, opened, heard } = setUp(settings());
  engines.use(settings({ engines: ['unix:///a.sock'] }));
  expect(opened.map(({ addresses }) => addresses)).toEqual([[], ['unix:///a.sock']]);
  expect(opened[0]?.close).toHaveBeenCalledOnce();
  expect(engines.present.left).toBe(2);
  heard.mockClear();
  opened[0]?.tell();
  expect(heard).not.toHaveBeenCalled();
  opened[1]?.tell();
  expect(heard).toHaveBeenCalledOnce();
});

it('settings of labels alone leave the engines as they are, and are told', () => {
  const { engines, opened, heard } = setUp(settings());
  engines.use(settings({ labels: false, suffixes: ['dev.local'] }));
  expect(opened).toHaveLength(1);
  expect(heard).toHaveBeenCalledOnce();
  expect(engines.settings.labels).toBe(false);
});

it('is closed with its engines, and told of nothing more', async () => {
  const { engines, opened, heard } = setUp(settings());
  await engines.close();
  expect(opened[0]?.close).toHaveBeenCalledOnce();
  opened[0]?.tell();
  expect(heard).not.toHaveBeenCalled();
});
