import { describe, expect, test } from 'vitest';
import { inspectAnswer } from './answers.ts';
import { type NetworkFacts, readContainer } from './container.ts';

const id = 'c'.repeat(64);
const networkId = 'd'.repeat(64);

const networks: ReadonlyMap<string, NetworkFacts> = new Map([
  [networkId, { driver: 'bridge', isInternal: false }],
  ['shop_default', { driver: 'bridge', isInternal: false }],
]);

const read = (answer: unknown, isCut = false) =>
  readContainer('unix:///e.sock', inspectAnswer.parse(answer), isCut, networks);

/** In the shape of Docker Engine 29, API 1.52: no network fields at the top, `DNSNames`, `GwPriority`. */
const docker = {
  Id: id,
  Created: '2026-11-22T10:00:00.123456789Z',
  Path: 'node',
  Args: ['server.js'],
  State: {
    Status: 'running',
    Running: true,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 4242,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-11-22T10:00:01.000000000Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: {
      Status: 'healthy',
      FailingStreak: 0,
      Log: [
        { Start: '2026-11-22T10:00:06Z', End: '2026-11-22T10:00:06Z', ExitCode: 1, Output: 'no' },
        { Start: '2026-11-22T10:00:11Z', End: '2026-11-22T10:00:11Z', ExitCode: 0, Output: 'ok\n' },
      ],
    },
  },
  Image: 'sha256:0123',
  Name: '/shop-web-1',
  RestartCount: 0,
  Driver: 'overlayfs',
  Platform: 'linux',
  ImageManifestDescriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json' },
  HostConfig: { NetworkMode: 'shop_default', PortBindings: { '3000/tcp': [{ HostPort: '' }] } },
  Storage: { RootFS: {} },
  Mounts: [],
  Config: {
    Hostname: 'cccccccccccc',
    ExposedPorts: { '9229/tcp': {}, '3000/tcp': {}, '53/udp': {} },
    Env: ['PATH=/bin', 'VIRTUAL_HOST=a.test,b.test', 'VIRTUAL_PORT=3000', 'API_KEY=secret', 7],
    Image: 'shop-web',
    Labels: {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'berth.host': 'shop.test',
      broken: 7,
    },
  },
  NetworkSettings: {
    SandboxID: 'f'.repeat(64),
    SandboxKey: '/var/run/docker/netns/ffff',
    Ports: {
      '3000/tcp': [
        { HostIp: '0.0.0.0', HostPort: '49153' },
        { HostIp: '::', HostPort: '49153' },
      ],
      '9229/tcp': null,
      '53/udp': [{ HostIp: '0.0.0.0', HostPort: '53' }],
    },
    Networks: {
      shop_default: {
        IPAMConfig: null,
        Links: null,
        Aliases: ['shop-web-1', 'web'],
        DriverOpts: null,
        GwPriority: 0,
        NetworkID: networkId,
        EndpointID: '1'.repeat(64),
        Gateway: '172.18.0.1',
        IPAddress: '172.18.0.2',
        MacAddress: '02:42:ac:12:00:02',
        IPPrefixLen: 16,
        IPv6Gateway: 'fd00::1',
        GlobalIPv6Address: 'fd00::2',
        GlobalIPv6PrefixLen: 64,
        DNSNames: ['shop-web-1', 'web', 'cccccccccccc'],
      },
    },
  },
};

test('Docker: what it says of a running container', () => {
  expect(read(docker)).toEqual({
    container: {
      engine: 'unix:///e.sock',
      id,
      name: 'shop-web-1',
      image: 'shop-web',
      project: 'shop',
      service: 'web',
      state: 'running',
      pid: 4242,
      health: 'healthy',
      healthOutput: 'ok',
      startedAt: Date.UTC(2026, 10, 22, 10, 0, 1),
      exitCode: null,
      finishedAt: null,
      ports: [
        {
          port: 3000,
          published: [
            { address: '0.0.0.0', port: 49153 },
            { address: '::', port: 49153 },
          ],
        },
        { port: 9229, published: [] },
      ],
      networks: [
        {
          name: 'shop_default',
          driver: 'bridge',
          isInternal: false,
          addresses: ['172.18.0.2', 'fd00::2'],
        },
      ],
      labels: new Map([
        ['com.docker.compose.project', 'shop'],
        ['com.docker.compose.service', 'web'],
        ['berth.host', 'shop.test'],
      ]),
      environment: new Map([
        ['VIRTUAL_HOST', 'a.test,b.test'],
        ['VIRTUAL_PORT', '3000'],
      ]),
    },
    problems: [],
    networkOf: null,
  });
});

test('Podman: rootless, its address left out, other words for the same', () => {
  const podman = {
    Id: id,
    Created: '2026-11-22T10:00:00.123456789Z',
    Path: '/serve',
    Args: [],
    State: {
      Status: 'running',
      Running: true,
      Pid: 777,
      ExitCode: 0,
      StartedAt: '2026-11-22T10:00:01.123456789Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      Health: { Status: 'starting', FailingStreak: 0, Log: null },
    },
    Image: 'sha256:0123',
    Name: '/web',
    HostConfig: { NetworkMode: 'bridge' },
    Config: {
      ExposedPorts: { '8080/tcp': {} },
      Env: ['container=podman'],
      Image: 'localhost/web:latest',
      Labels: { 'io.podman.compose.project': 'shop', 'com.docker.compose.project': 'shop' },
    },
    NetworkSettings: {
      Ports: { '8080/tcp': [{ HostIp: '', HostPort: '8000' }] },
      Networks: { podman: { NetworkID: 'podman', IPAddress: '10.88.0.3', Aliases: ['web'] } },
    },
  };
  expect(read(podman).container).toMatchObject({
    name: 'web',
    image: 'localhost/web:latest',
    project: 'shop',
    service: null,
    health: 'starting',
    healthOutput: '',
    ports: [{ port: 8080, published: [{ address: '0.0.0.0', port: 8000 }] }],
    networks: [{ name: 'podman', driver: '', isInternal: false, addresses: ['10.88.0.3'] }],
  });
});

describe('only what runs is said to run', () => {
  const state = (given: object) =>
    read({ ...docker, State: { ...docker.State, Running: undefined, ...given } }).container;
  test.each([
    ['created', 'created'],
    ['configured', 'created'],
    ['initialized', 'created'],
    ['running', 'running'],
    ['paused', 'paused'],
    ['restarting', 'restarting'],
    ['removing', 'removing'],
    ['exited', 'exited'],
    ['stopped', 'exited'],
    ['stopping', 'exited'],
    ['dead', 'dead'],
    ['frozen', 'dead'],
    ['constructor', 'dead'],
  ])('%s is %s', (Status, expected) => {
    expect(state({ Status }).state).toBe(expected);
  });

  test('running, and not running: does not run', () => {
    expect(state({ Status: 'running', Running: false })).toMatchObject({
      state: 'exited',
      pid: null,
      health: null,
    });
  });

  test('one that has ended: how and when, without the health of its last run', () => {
    const ended = state({
      Status: 'exited',
      Running: false,
      Pid: 0,
      ExitCode: 137,
      FinishedAt: '2026-11-22T11:00:00Z',
    });
    expect(ended).toMatchObject({
      state: 'exited',
      exitCode: 137,
      finishedAt: Date.UTC(2026, 10, 22, 11),
      health: null,
      healthOutput: '',
    });
  });

  test('one that was never started has neither beginning nor end', () => {
    const made = state({ Status: 'created', Pid: 0, StartedAt: '0001-01-01T00:00:00Z' });
    expect(made).toMatchObject({ startedAt: null, exitCode: null, finishedAt: null });
  });
});

test('a single run of a service (compose run) is none of its containers', () => {
  const Labels = { ...docker.Config.Labels, 'com.docker.compose.oneoff': 'True' };
  const { container } = read({ ...docker, Config: { ...docker.Config, Labels } });
  expect(container).toMatchObject({ project: null, service: null });
  const Serving = { ...docker.Config.Labels, 'com.docker.compose.oneoff': 'False' };
  expect(
    read({ ...docker, Config: { ...docker.Config, Labels: Serving } }).container,
  ).toMatchObject({ project: 'shop', service: 'web' });
});

describe('what makes no sense is left out', () => {
  test('an answer with next to nothing in it', () => {
    const { container, problems } = read({ Id: id, State: { Status: 'running' } });
    expect(container).toMatchObject({
      name: id.slice(0, 12),
      state: 'running',
      ports: [],
      networks: [],
    });
    expect(problems).toEqual([]);
  });

  test('ports that are none', () => {
    const Ports = {
      '0/tcp': null,
      '70000/tcp': null,
      'http/tcp': null,
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '99999' }, 'x'],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
    };
    const { container } = read({ ...docker, Config: null, NetworkSettings: { Ports } });
    expect(container.ports).toEqual([
      { port: 80, published: [] },
      { port: 81, published: [{ address: '127.0.0.1', port: 8081 }] },
    ]);
  });

  test('addresses that are none, or stand in no URL', () => {
    const hosts = ['evil.test', '127.0.0.1@evil.test', 'fe80::1%eth0', '10.0.0.5'];
    const Ports = { '80/tcp': hosts.map((HostIp) => ({ HostIp, HostPort: '80' })) };
    const Networks = { a: { IPAddress: '10.0.0.6/x', GlobalIPv6Address: 'fd00::6' } };
    const { container } = read({ ...docker, NetworkSettings: { Ports, Networks } });
    expect(container.ports[0]).toEqual({
      port: 80,
      published: [{ address: '10.0.0.5', port: 80 }],
    });
    expect(container.networks[0]?.addresses).toEqual(['fd00::6']);
  });

  test('no more than eight problems are told, each in one line', () => {
    const Labels = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`l${n}\n\u0000`, 'x'.repeat(9000)]),
    );
    const { problems } = read({ ...docker, Config: { Labels } }, true);
    expect(problems).toHaveLength(8);
    expect(problems[0]).toBe('It says more of itself than is read; the rest is left out.');
    expect(problems[1]).toBe('The label l0 is too long to be read.');
  });
});

test('host and none say of themselves what they are, even where networks cannot be asked for', () => {
  const of = (mode: string) =>
    read({
      ...docker,
      HostConfig: { NetworkMode: mode },
      NetworkSettings: { Ports: {}, Networks: { [mode]: { IPAddress: '', NetworkID: 'x' } } },
    }).container.networks;
  expect(of('host')).toEqual([{ name: 'host', driver: 'host', isInternal: false, addresses: [] }]);
  expect(of('none')).toEqual([{ name: 'none', driver: 'none', isInternal: false, addresses: [] }]);
});
