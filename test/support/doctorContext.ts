import {
  type ContextOptions,
  createDoctorContext,
  type DoctorContext,
  type InstanceQuestions,
} from '../../src/core/doctor/context.ts';
import type { Machine } from '../../src/core/doctor/machine.ts';
import type { ContainersView } from '../../src/shared/contract/containers.ts';
import { instanceStatus } from './instanceStatus.ts';
import { namesView } from './namesView.ts';

const never = (what: string) => (): never => {
  throw new Error(`the test has no ${what}`);
};

/** A machine on which nothing is, and on which programs cannot be run. */
export const fakeMachine = (changed: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  env: {},
  home: '/home/one',
  isRoot: false,
  files: {
    hosts: '/etc/hosts',
    nsswitch: '/etc/nsswitch.conf',
    unprivilegedPortStart: '/proc/unprivileged',
  },
  run: async () => ({ status: null, stdout: '', stderr: 'no such program' }),
  readText: async () => '',
  lookup: never('name'),
  addresses: () => ['127.0.0.1', '::1'],
  ownerOf: async () => null,
  freeBytes: async () => 1e12,
  find: async () => null,
  wallClock: () => Date.UTC(2026, 10, 23),
  ...changed,
});

const noContainers: ContainersView = {
  enabled: false,
  engines: [],
  none: null,
  containers: [],
  left: 0,
  mappings: [],
};

/** An instance that is well, and has no hosts. */
export const fakeInstance = (changed: Partial<InstanceQuestions> = {}): InstanceQuestions => ({
  status: async () => instanceStatus(),
  hosts: async () => [],
  containers: async () => noContainers,
  try: async () => ({ ok: true, status: 200, ms: 1, reason: '' }),
  ...changed,
});

export const fakeContext = (changed: Partial<ContextOptions> = {}): DoctorContext =>
  createDoctorContext({
    machine: fakeMachine(),
    directories: {
      config: '/nonexistent/config',
      data: '/nonexistent/data',
      state: '/nonexistent/state',
      runtime: '/nonexistent/run',
    },
    instance: fakeInstance(),
    away: null,
    program: { version: '0.1.0', node: '20.19.1', electron: null },
    readConfiguration: never('configuration'),
    served: null,
    reachStore: async () => null,
    askStore: never('store'),
    shakeHands: never('TLS'),
    lookAtNames: async () => namesView(),
    lookAtTrust: never('trust'),
    ...changed,
  });
