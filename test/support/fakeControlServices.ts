import type { ControlServices } from '../../src/core/control/services.ts';
import type { AuthorityView } from '../../src/shared/contract/certificates.ts';
import type { ContainersView } from '../../src/shared/contract/containers.ts';
import type { HostHealth } from '../../src/shared/contract/health.ts';
import type { HostView } from '../../src/shared/contract/hosts.ts';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import type { SettingsView } from '../../src/shared/contract/settings.ts';
import type { TrafficSummary } from '../../src/shared/contract/traffic.ts';
import type { TrustView } from '../../src/shared/contract/trust.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { defaultOptions } from '../../src/shared/model/options.ts';
import { namesView } from './namesView.ts';

/** As of a plan that is held. */
const fakePlan = '0'.repeat(32);

/** Services that keep nothing: every call that changes something is written down. */
export interface FakeControlServices extends ControlServices {
  /** As `hosts.add {"name":"a.local"}`. */
  readonly calls: string[];
}

const hostView = (name: string): HostView => ({
  name,
  identifier: name,
  backends: ['http://127.0.0.1:3000'],
  options: defaultOptions,
  findings: [],
  revision: '1',
});

const health: HostHealth = {
  name: 'a.local',
  check: null,
  checker: { kind: 'passive' },
  backends: [],
};

const fakeAuthority: AuthorityView = {
  fingerprint: 'AB',
  subject: 'CN=Berth local CA',
  from: 0,
  to: 1,
  names: ['localhost'],
  addresses: [],
  path: '/ca.pem',
  isOutgrown: false,
};

const trustView: TrustView = { authority: null, isTrusted: false, stores: [], hints: [] };

const summary: TrafficSummary = {
  at: 0,
  requestsPerSecond: 0,
  errorsPerMinute: 0,
  dropped: 0,
  hosts: [],
  otherHosts: 0,
};

const fakeStatus: InstanceStatus = {
  schema: 1,
  version: '0.0.0',
  pid: 1,
  startedAt: 0,
  mode: 'headless',
  listeners: [],
  store: { state: 'live', driver: 'embedded:', embedded: null },
  workers: [],
  hosts: 0,
  backendsDown: 0,
  requests: 0,
  recordsDropped: 0,
  accessLog: '/log',
  capture: true,
  notices: [],
  dns: null,
  suffixes: [],
  sharedSuffixes: [],
  dashboard: null,
};

const fakeSettings: SettingsView = {
  file: '/config.json',
  exists: false,
  readOnly: null,
  revision: '',
  values: {},
  defaults: {},
  explicit: [],
  keys: [],
};

const containersView: ContainersView = {
  enabled: false,
  engines: [],
  none: null,
  containers: [],
  left: 0,
  mappings: [],
};

/** Yields until the signal fires. */
async function* forever<T>(value: T, signal: AbortSignal): AsyncGenerator<T> {
  yield value;
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

export function fakeControlServices(changed: Partial<ControlServices> = {}): FakeControlServices {
  const calls: string[] = [];
  const told =
    <T>(name: string, answer: T) =>
    (input?: unknown): T => {
      calls.push(input === undefined ? name : `${name} ${JSON.stringify(input)}`);
      return answer;
    };
  return {
    calls,
    instance: {
      status: told('instance.status', fakeStatus),
      watch: (signal) => forever(fakeStatus, signal),
      reload: told('instance.reload', Promise.resolve()),
      reopenLogs: told('instance.reopenLogs', Promise.resolve()),
      metrics: () => '# EOF\n',
      try: told('instance.try', Promise.resolve({ ok: true, status: 200, ms: 1, reason: '' })),
    },
    hosts: {
      list: told('hosts.list', [hostView('a.local')]),
      get: ({ name }) => {
        if (name === 'absent.local') throw new BerthError('BERTH_HOST_NOT_FOUND', name);
        return hostView(name);
      },
      watch: (signal) => forever({ kind: 'all', hosts: [] } as const, signal),
      add: told('hosts.add', hostView('a.local')),
      set: told('hosts.set', hostView('a.local')),
      remove: told('hosts.remove', null),
      edits: told('hosts.edits', []),
      undo: told('hosts.undo', {
        id: 1,
        at: 0,
        name: 'a.local',
        hosts: 1,
        summary: '',
        undone: true,
        revertible: true,
      }),
    },
    traffic: {
      recent: told('traffic.recent', { records: [], matched: 0, held: 0 }),
      follow: (_input, signal) => forever({ records: [], dropped: 0 }, signal),
      watch: (_input, signal) =>
        forever({ records: [], came: 0, matched: 0, held: 0, newest: 0, dropped: 0 }, signal),
      capture: ({ on }) => ({ on }),
      replay: told('traffic.replay', {
        ok: true,
        status: 200,
        ms: 1,
        reason: '',
        headers: [],
        body: null,
        record: null,
      }),
      hosts: told('traffic.hosts', summary),
      watchHosts: (signal) => forever(summary, signal),
    },
    health: {
      list: told('health.list', [health]),
      watch: (signal) => forever([health], signal),
      events: (signal) =>
        forever(
          {
            at: 0,
            name: 'a.local',
            url: 'http://127.0.0.1:3000',
            from: 'up',
            to: 'down',
            reason: 'refused',
            dropped: 0,
          } as const,
          signal,
        ),
      check: told('health.check', health),
      drain: told('health.drain', health),
      revive: told('health.revive', health),
    },
    doctor: {
      run: (signal) => forever({ kind: 'plan', checks: [] } as const, signal),
      preview: told('doctor.preview', Promise.resolve({ id: fakePlan, lines: [] })),
      fix: told('doctor.fix', Promise.resolve({ ok: true, says: '', command: null })),
    },
    certificates: {
      list: told('certificates.list', {
        authority: null,
        needed: ['localhost'],
        hosts: [],
        left: 0,
        problems: [],
      }),
      ensure: told('certificates.ensure', fakeAuthority),
      authority: told('certificates.authority', {
        name: 'berth-ca.pem',
        pem: '',
        der: '',
        fingerprint: 'AB',
      }),
    },
    trust: {
      status: told('trust.status', Promise.resolve(trustView)),
      plan: told('trust.plan', Promise.resolve({ id: fakePlan, stores: [] })),
      change: told('trust.change', Promise.resolve([])),
    },
    setup: {
      plan: told(
        'setup.plan',
        Promise.resolve({
          ...{ id: fakePlan, steps: [], stores: [], problems: [], byHand: [], canFreePorts: false },
        }),
      ),
      change: told(
        'setup.change',
        Promise.resolve({
          ...{ steps: [], stores: [], problems: [], commands: [], proofs: [] },
          ...{ outcome: null, ports: [] },
        }),
      ),
    },
    names: {
      look: told('names.look', Promise.resolve(namesView())),
      plan: told(
        'names.plan',
        Promise.resolve({ id: fakePlan, steps: [], problems: [], byHand: [] }),
      ),
      change: told('names.change', Promise.resolve({ results: [], problems: [], byHand: null })),
    },
    settings: {
      get: told('settings.get', fakeSettings),
      set: told('settings.set', fakeSettings),
    },
    containers: {
      list: told('containers.list', containersView),
      watch: (signal) => forever(containersView, signal),
      look: told('containers.look', []),
      map: () => {
        throw new BerthError('BERTH_CONTAINERS_OFF', 'containers.enabled is false');
      },
      unmap: told('containers.unmap', []),
      ports: told('containers.ports', []),
    },
    ...changed,
  };
}
