import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { enginePlaces } from './places.ts';
import type { Machine } from './usualSockets.ts';

interface Given {
  readonly platform?: NodeJS.Platform;
  readonly env?: Record<string, string>;
  /** By path: text of a file, or `->PATH` for a link. A socket is a file without text. */
  readonly files?: Record<string, string>;
  readonly setting?: readonly string[];
}

function machine({ platform = 'linux', env = {}, files = {} }: Given): Machine {
  const real = (path: string): string | null => {
    const file = files[path];
    if (file === undefined) return null;
    return file.startsWith('->') ? real(file.slice(2)) : path;
  };
  return {
    platform,
    env,
    home: '/home/ann',
    files: {
      real: async (path) => real(path),
      read: async (path) => files[path] ?? null,
      list: async (path) => {
        const root = path.endsWith('/') ? path : `${path}/`;
        const below = Object.keys(files).filter((file) => file.startsWith(root));
        return [...new Set(below.map((file) => file.slice(root.length).split('/')[0] ?? ''))];
      },
    },
  };
}

/** Each place as `source name id`. */
const found = async (given: Given): Promise<string[]> =>
  (await enginePlaces(given.setting ?? [], machine(given))).map(
    ({ source, name, id }) => `${source} ${name || '-'} ${id}`,
  );

const metaOf = (name: string): string =>
  `contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`;
const tlsOf = (name: string): string =>
  `contexts/tls/${createHash('sha256').update(name).digest('hex')}/docker`;
const meta = (Host: string): string =>
  JSON.stringify({
    Name: 'x',
    Metadata: {},
    Endpoints: { docker: { Host, SkipTLSVerify: false } },
  });

describe('engines are looked for', () => {
  const cases: readonly [string, Given, readonly string[]][] = [
    ['nowhere, where there is nothing', {}, []],
    [
      'where the setting says, and nowhere else',
      {
        setting: ['unix:///a.sock', 'tcp://box:2375'],
        env: { DOCKER_HOST: 'unix:///b.sock' },
        files: { '/var/run/docker.sock': '' },
      },
      ['setting - unix:///a.sock', 'setting - tcp://box:2375'],
    ],
    [
      'at DOCKER_HOST, and at the usual sockets too',
      { env: { DOCKER_HOST: 'tcp://10.0.0.5:2375' }, files: { '/var/run/docker.sock': '' } },
      ['DOCKER_HOST - tcp://10.0.0.5:2375', 'socket Docker unix:///var/run/docker.sock'],
    ],
    [
      'at the current context',
      {
        files: {
          '/home/ann/.docker/config.json': '{"auths":{},"currentContext":"colima"}',
          [`/home/ann/.docker/${metaOf('colima')}`]: meta(
            'unix:///home/ann/.colima/default/docker.sock',
          ),
          '/home/ann/.colima/default/docker.sock': '',
        },
      },
      ['context colima unix:///home/ann/.colima/default/docker.sock'],
    ],
    [
      'at the context of DOCKER_CONTEXT, in the folder of DOCKER_CONFIG',
      {
        env: { DOCKER_CONTEXT: 'work', DOCKER_CONFIG: '/etc/d' },
        files: {
          '/etc/d/config.json': '{"currentContext":"colima"}',
          [`/etc/d/${metaOf('work')}`]: meta('unix:///work.sock'),
        },
      },
      ['context work unix:///work.sock'],
    ],
    [
      'at no context of the name default',
      { files: { '/home/ann/.docker/config.json': '{"currentContext":"default"}' } },
      [],
    ],
    [
      'without a configuration that cannot be read',
      { files: { '/home/ann/.docker/config.json': '{', '/var/run/docker.sock': '' } },
      ['socket Docker unix:///var/run/docker.sock'],
    ],
    [
      'on Linux',
      {
        env: { XDG_RUNTIME_DIR: '/run/user/1000' },
        files: {
          '/var/run/docker.sock': '',
          '/home/ann/.docker/desktop/docker.sock': '',
          '/run/user/1000/docker.sock': '',
          '/run/user/1000/podman/podman.sock': '',
          '/run/podman/podman.sock': '',
          '/home/ann/.colima/default/docker.sock': '',
          '/home/ann/.colima/work/docker.sock': '',
          '/home/ann/.colima/_lima/x': '',
          '/home/ann/.rd/docker.sock': '',
          '/home/ann/.lima/dev/sock/docker.sock': '',
          '/home/ann/.orbstack/run/docker.sock': '',
        },
      },
      [
        'socket Docker unix:///var/run/docker.sock',
        'socket Docker Desktop unix:///home/ann/.docker/desktop/docker.sock',
        'socket Docker (rootless) unix:///run/user/1000/docker.sock',
        'socket Podman unix:///run/user/1000/podman/podman.sock',
        'socket Podman unix:///run/podman/podman.sock',
        'socket Colima unix:///home/ann/.colima/default/docker.sock',
        'socket Colima (work) unix:///home/ann/.colima/work/docker.sock',
        'socket Rancher Desktop unix:///home/ann/.rd/docker.sock',
        'socket Lima (dev) unix:///home/ann/.lima/dev/sock/docker.sock',
      ],
    ],
    [
      'on macOS',
      {
        platform: 'darwin',
        env: { TMPDIR: '/var/folders/x/T/', XDG_RUNTIME_DIR: '/run/user/1000' },
        files: {
          '/var/run/docker.sock': '->/home/ann/.orbstack/run/docker.sock',
          '/home/ann/.docker/run/docker.sock': '',
          '/home/ann/.orbstack/run/docker.sock': '',
          '/run/user/1000/docker.sock': '',
          '/var/folders/x/T/podman/podman-machine-default-api.sock': '',
          '/var/folders/x/T/podman/podman-machine-default.log': '',
        },
      },
      [
        'socket Docker unix:///var/run/docker.sock',
        'socket Docker Desktop unix:///home/ann/.docker/run/docker.sock',
        'socket Podman unix:///var/folders/x/T/podman/podman-machine-default-api.sock',
      ],
    ],
    [
      'on Windows, at pipes',
      {
        platform: 'win32',
        files: { '//./pipe/docker_engine': '', '//./pipe/podman-machine-default': '' },
      },
      [
        'socket Docker npipe:////./pipe/docker_engine',
        'socket Podman npipe:////./pipe/podman-machine-default',
      ],
    ],
    [
      'once at one socket of two names, which gets the name that it has',
      {
        env: { DOCKER_HOST: 'unix:///var/run/docker.sock' },
        files: { '/var/run/docker.sock': '->/run/docker.sock', '/run/docker.sock': '' },
      },
      ['DOCKER_HOST Docker unix:///var/run/docker.sock'],
    ],
    [
      'at no more than sixteen',
      { setting: Array.from({ length: 20 }, (_, n) => `tcp://b${n}`) },
      Array.from({ length: 16 }, (_, n) => `setting - tcp://b${n}`),
    ],
  ];
  test.each(cases)('%s', async (_name, given, expected) => {
    expect(await found(given)).toEqual(expected);
  });
});

describe('how it is reached', () => {
  const pem = { ca: 'CA', cert: 'CERT', key: 'KEY' };
  const trusted = { ca: null, cert: null, key: null, isVerified: true };
  const files = (folder: string) => ({
    [`${folder}/ca.pem`]: 'CA',
    [`${folder}/cert.pem`]: 'CERT',
    [`${folder}/key.pem`]: 'KEY',
  });
  const tcp = (host: string, port: number, tls: unknown = null) => ({
    kind: 'tcp',
    host,
    port,
    tls,
  });
  const cases: readonly [string, Given, unknown][] = [
    ['a socket', { setting: ['unix:///a b.sock'] }, { kind: 'socket', path: '/a b.sock' }],
    [
      'a pipe',
      { setting: ['npipe:////./pipe/docker_engine'] },
      { kind: 'socket', path: '//./pipe/docker_engine' },
    ],
    ['tcp, its port left out', { setting: ['tcp://box'] }, tcp('box', 2375)],
    ['http, on its standard port', { setting: ['http://box:80'] }, tcp('box', 80)],
    ['IPv6', { setting: ['tcp://[::1]:2375'] }, tcp('::1', 2375)],
    ['the port of TLS', { setting: ['tcp://box:2376'] }, tcp('box', 2376, trusted)],
    ['https', { setting: ['https://box'] }, tcp('box', 2376, trusted)],
    [
      'DOCKER_TLS_VERIFY, with the files of ~/.docker',
      {
        env: { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1' },
        files: files('/home/ann/.docker'),
      },
      tcp('box', 2376, { ...pem, isVerified: true }),
    ],
    [
      'DOCKER_CERT_PATH alone: not verified, as the docker command has it',
      { env: { DOCKER_HOST: 'tcp://box', DOCKER_CERT_PATH: '/c' }, files: files('/c') },
      tcp('box', 2376, { ...pem, isVerified: false }),
    ],
    [
      'a context with TLS',
      {
        env: { DOCKER_CONTEXT: 'far' },
        files: {
          [`/home/ann/.docker/${metaOf('far')}`]: meta('tcp://far:2376'),
          ...files(`/home/ann/.docker/${tlsOf('far')}`),
        },
      },
      tcp('far', 2376, { ...pem, isVerified: true }),
    ],
  ];
  test.each(cases)('%s', async (_name, given, endpoint) => {
    const [place] = await enginePlaces(given.setting ?? [], machine(given));
    expect(place?.endpoint).toEqual(endpoint);
    expect(place?.problem).toBe('');
  });

  const refused: readonly [string, Given, string][] = [
    [
      'ssh',
      { env: { DOCKER_HOST: 'ssh://ann@box' } },
      'Berth does not reach engines over ssh, as in ssh://ann@box.',
    ],
    [
      'an address that is none',
      { env: { DOCKER_HOST: 'nonsense' } },
      'nonsense is no address of a container engine.',
    ],
    [
      'an address with a password, which is not repeated',
      { env: { DOCKER_HOST: 'tcp://ann:secret@box:2376' } },
      'tcp://ann:…@box:2376 is no address of a container engine.',
    ],
    [
      'a scheme that is none',
      { env: { DOCKER_HOST: 'fd://' } },
      'fd:// is no address of a container engine.',
    ],
    [
      'a context that is not there',
      { env: { DOCKER_CONTEXT: 'gone' } },
      'The Docker context gone cannot be read.',
    ],
  ];
  test.each(refused)('not: %s, and that is said', async (_name, given, problem) => {
    const [place] = await enginePlaces([], machine(given));
    expect(place).toMatchObject({ endpoint: null, problem });
    expect(JSON.stringify(place)).not.toContain('secret');
  });
});
