import type { NoEngine } from './types.ts';
import type { Machine } from './usualSockets.ts';

interface Program {
  readonly name: string;
  /** On PATH, without .exe. */
  readonly commands: readonly string[];
  /** Files or folders, of its application. */
  readonly places: readonly string[];
  readonly start: string;
}

/** Why no engine was found: none is installed, or those that are do not run. */
export async function whyNone(machine: Machine): Promise<NoEngine> {
  const found = [];
  for (const program of programs(machine)) {
    if (await isInstalled(program, machine)) found.push(program);
  }
  const [first] = found;
  if (first === undefined) {
    return {
      reason: 'No container engine is installed on this machine.',
      advice: whatToInstall(machine.platform),
      isInstalled: false,
    };
  }
  const names = found.map(({ name }) => name);
  const last = names.pop() ?? '';
  return {
    reason:
      names.length === 0
        ? `${last} is installed and does not run.`
        : `${names.join(', ')} and ${last} are installed, and none of them runs.`,
    advice: first.start,
    isInstalled: true,
  };
}

function whatToInstall(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Install Docker Desktop, OrbStack, Podman or Colima.';
  if (platform === 'win32') return 'Install Docker Desktop or Podman.';
  return 'Install Docker Engine or Podman; its containers show up here by themselves.';
}

function programs({ platform, env, home }: Machine): readonly Program[] {
  if (platform === 'darwin') {
    const app = (name: string): string[] => [
      `/Applications/${name}.app`,
      `${home}/Applications/${name}.app`,
    ];
    return [
      {
        name: 'Docker Desktop',
        commands: [],
        places: app('Docker'),
        start: 'Start Docker Desktop.',
      },
      { name: 'OrbStack', commands: ['orb'], places: app('OrbStack'), start: 'Start OrbStack.' },
      { name: 'Colima', commands: ['colima'], places: [], start: 'Start it: colima start.' },
      {
        name: 'Rancher Desktop',
        commands: [],
        places: app('Rancher Desktop'),
        start: 'Start Rancher Desktop.',
      },
      {
        name: 'Podman',
        commands: ['podman'],
        places: [],
        start: 'Start it: podman machine start.',
      },
    ];
  }
  if (platform === 'win32') {
    const root = env['ProgramFiles'] ?? 'C:\\Program Files';
    const desktop = `${root}\\Docker\\Docker\\Docker Desktop.exe`;
    return [
      {
        name: 'Docker Desktop',
        commands: [],
        places: [desktop],
        start: 'Start Docker Desktop.',
      },
      {
        name: 'Podman',
        commands: ['podman'],
        places: [],
        start: 'Start it: podman machine start.',
      },
    ];
  }
  return [
    {
      name: 'Docker Desktop',
      commands: [],
      places: ['/opt/docker-desktop'],
      start: 'Start it: systemctl --user start docker-desktop.',
    },
    {
      name: 'Docker',
      // The command `docker` alone may be there for an engine elsewhere.
      commands: ['dockerd'],
      places: ['/usr/sbin/dockerd', '/usr/bin/dockerd'],
      start: 'Start it: sudo systemctl start docker.',
    },
    {
      name: 'Podman',
      commands: ['podman'],
      places: [],
      start: 'Start its socket: systemctl --user start podman.socket.',
    },
    { name: 'Colima', commands: ['colima'], places: [], start: 'Start it: colima start.' },
  ];
}

async function isInstalled(program: Program, { env, platform, files }: Machine): Promise<boolean> {
  const isWindows = platform === 'win32';
  const path = (isWindows ? (env['Path'] ?? env['PATH']) : env['PATH']) ?? '';
  const directories = path.split(isWindows ? ';' : ':').filter((directory) => directory !== '');
  const onPath = directories.flatMap((directory) =>
    program.commands.map((command) =>
      isWindows ? `${directory}\\${command}.exe` : `${directory}/${command}`,
    ),
  );
  for (const file of [...program.places, ...onPath]) {
    if ((await files.real(file)) !== null) return true;
  }
  return false;
}
