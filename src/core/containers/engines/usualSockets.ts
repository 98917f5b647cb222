import type { Files } from './files.ts';

/** A place where an engine's socket is by custom. */
export interface UsualSocket {
  readonly name: string;
  /** Of a unix socket, or a pipe (`//./pipe/…`). */
  readonly path: string;
}

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly files: Files;
}

/** Where engines have their sockets, whether they are there or not; the most usual first. */
export async function usualSockets(machine: Machine): Promise<readonly UsualSocket[]> {
  const { platform, home } = machine;
  if (platform === 'win32') return pipes(machine);
  const isMac = platform === 'darwin';
  return [
    { name: 'Docker', path: '/var/run/docker.sock' },
    // Without XDG_RUNTIME_DIR, rootless Docker has its socket there.
    {
      name: isMac ? 'Docker Desktop' : 'Docker (rootless)',
      path: `${home}/.docker/run/docker.sock`,
    },
    { name: 'Docker Desktop', path: `${home}/.docker/desktop/docker.sock` },
    ...(isMac ? [{ name: 'OrbStack', path: `${home}/.orbstack/run/docker.sock` }] : []),
    ...runtimeSockets(machine),
    ...(await colima(machine)),
    { name: 'Rancher Desktop', path: `${home}/.rd/docker.sock` },
    ...(await lima(machine)),
    ...(isMac ? await podmanMachine(machine) : []),
  ];
}

/** Of engines that run on this machine, without a virtual one. */
function runtimeSockets({ env, platform }: Machine): UsualSocket[] {
  if (platform === 'darwin') return [];
  const directory = env['XDG_RUNTIME_DIR'] ?? '';
  const own = directory.startsWith('/')
    ? [
        { name: 'Docker (rootless)', path: `${directory}/docker.sock` },
        { name: 'Podman', path: `${directory}/podman/podman.sock` },
      ]
    : [];
  return [...own, { name: 'Podman', path: '/run/podman/podman.sock' }];
}

async function colima({ env, home, files }: Machine): Promise<UsualSocket[]> {
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  const roots = [
    env['COLIMA_HOME'] ?? '',
    `${home}/.colima`,
    xdg.startsWith('/') ? `${xdg}/colima` : `${home}/.config/colima`,
  ].filter((root) => root.startsWith('/'));
  const found = roots.map(async (root) =>
    (await profiles(root, files)).map((profile) => ({
      name: profile === 'default' ? 'Colima' : `Colima (${profile})`,
      path: `${root}/${profile}/docker.sock`,
    })),
  );
  return (await Promise.all(found)).flat();
}

async function lima({ env, home, files }: Machine): Promise<UsualSocket[]> {
  const root = env['LIMA_HOME']?.startsWith('/') ? env['LIMA_HOME'] : `${home}/.lima`;
  return (await profiles(root, files)).flatMap((name) => [
    { name: `Lima (${name})`, path: `${root}/${name}/sock/docker.sock` },
    { name: `Lima (${name})`, path: `${root}/${name}/sock/podman.sock` },
  ]);
}

/** Where `podman machine` has its socket: first as it is now, then as older ones had it. */
async function podmanMachine({ env, home, files }: Machine): Promise<UsualSocket[]> {
  const temporary = (env['TMPDIR'] ?? '').replace(/\/+$/, '');
  const own = `${home}/.local/share/containers/podman/machine`;
  const sockets = temporary.startsWith('/')
    ? (await files.list(`${temporary}/podman`))
        .filter((name) => name.endsWith('-api.sock'))
        .slice(0, maxProfiles)
        .map((name) => `${temporary}/podman/${name}`)
    : [];
  return [...sockets, `${own}/podman.sock`, `${own}/qemu/podman.sock`].map((path) => ({
    name: 'Podman',
    path,
  }));
}

async function pipes({ files }: Machine): Promise<UsualSocket[]> {
  const named = [
    { name: 'Docker', path: '//./pipe/docker_engine' },
    { name: 'Docker Desktop', path: '//./pipe/dockerDesktopLinuxEngine' },
    { name: 'Podman', path: '//./pipe/podman-machine-default' },
  ];
  const there = new Set(await files.list('//./pipe/'));
  return named.filter(({ path }) => there.has(path.slice('//./pipe/'.length)));
}

/** Virtual machines of one program that are looked at. */
const maxProfiles = 16;

const profiles = async (root: string, files: Files): Promise<readonly string[]> =>
  (await files.list(root)).filter((name) => !/^[._]/.test(name)).slice(0, maxProfiles);
