import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { createCertificates } from '../certificates/index.ts';
import { newCounters } from '../cluster/counters.ts';
import { type ControlPlaneOptions, createControlPlane } from './controlPlane.ts';
import type { Services } from './services.ts';

const store: ReachableStore = { kind: 'socket', prefix: '', path: '/nowhere' };

function setUp(runtime: string, open: ControlPlaneOptions['open']) {
  const said: string[] = [];
  const plane = createControlPlane({
    directories: { runtime },
    interfaceFolder: runtime,
    instanceId: 'a',
    status: () => {
      throw new Error('no status');
    },
    healthSettings: () => ({ deadBackendTtlSeconds: 30, webhook: null }),
    containerSettings: () => ({
      enabled: false,
      engines: [],
      labels: true,
      autoNames: false,
      suffixes: ['localhost'],
    }),
    nameSettings: () => ({ hostsFile: false }),
    dataDirectory: runtime,
    certificates: createCertificates({
      data: runtime,
      settings: () => ({ suffixes: [], sharedSuffixes: [], names: [], directories: [] }),
      machine: 'ada',
      changed: () => undefined,
      log: () => undefined,
      wallClock: () => 0,
      now: () => 0,
    }),
    counters: newCounters(),
    reload: async () => undefined,
    reopenLogs: async () => undefined,
    settings: { get: broken, set: broken },
    facts: {
      inputs: {
        file: null,
        env: {},
        cwd: runtime,
        cores: 1,
        isRoot: false,
        directories: { config: runtime, data: runtime, state: runtime, runtime },
      },
      config: broken,
    },
    log: (level, message) => said.push(`${level}: ${message}`),
    now: () => 0,
    ...(open === undefined ? {} : { open }),
  });
  return { plane, said };
}

const broken = (): never => {
  throw new Error('broken');
};

it('services that cannot be opened are said, and nobody is stopped by them', async () => {
  await using place = await temporaryDirectory();
  const { plane, said } = setUp(place.path, broken);
  plane.openServices(store);
  await plane.openDoors({ port: 0, portIsSet: true });
  plane.add([], 0);
  plane.use(store);
  expect(plane.counts).toEqual({ hosts: 0, backendsDown: 0, capture: false });
  expect(plane.doors).toEqual({ socket: null, dashboard: null });
  await plane.close();
  expect(said).toEqual(['error: hosts, traffic and health cannot be asked for: Error: broken']);
});

it('services that fail later are said once in a while, and records go on', async () => {
  await using place = await temporaryDirectory();
  const services: Services = {
    mapped: Promise.resolve(),
    add: broken,
    use: broken,
    get control() {
      return broken();
    },
    counts: { hosts: 1, backendsDown: 0, capture: true },
    trustedFor: [],
    close: async () => undefined,
  };
  const { plane, said } = setUp(place.path, () => services);
  plane.openServices(store);
  for (let batch = 0; batch < 3; batch++) plane.add([], 0);
  plane.use(store);
  expect(said).toEqual([
    'error: requests are served and not shown: Error: broken',
    'error: hosts and health are those of the store before: Error: broken',
  ]);
  await plane.close();
});
