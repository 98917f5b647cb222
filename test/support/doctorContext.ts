import {
  type ContextOptions,
  createDoctorContext,
  type DoctorContext,
  type InstanceQuestions,
} from '../../src/core/doctor/context.ts';
import type { Machine } from '../../src/core/doctor/machine.ts';
import type { CertificatesView } from '../../src/shared/contract/certificates.ts';
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

/** A local CA that is good for what it is needed for. */
export const madeCertificates = (changed: Partial<CertificatesView> = {}): CertificatesView => ({
  authority: {
    fingerprint: 'AB:CD',
    subject: 'CN=Berth local CA of test, O=Berth',
    from: 0,
    to: Date.UTC(2036, 0, 1),
    names: ['dev.local', 'localhost'],
    addresses: ['127.0.0.0/8', '::1/128'],
    path: '/nonexistent/data/certificates/ca.pem',
    isOutgrown: false,
  },
  needed: ['dev.local', 'localhost'],
  hosts: [],
  left: 0,
  problems: [],
  ...changed,
});

/** An instance that is well, and has no hosts. */
export const fakeInstance = (changed: Partial<InstanceQuestions> = {}): InstanceQuestions => ({
  status: async () => instanceStatus(),
  hosts: async () => [],
  containers: async () => noContainers,
  certificates: async () => madeCertificates(),
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
