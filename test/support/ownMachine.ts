import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.ts';
import { describeWhen } from './requirement.ts';
import { isPresent, isRequired, namespaceFlags, runtimes } from './runtimes.ts';

/**
 * A machine of its own as far as names go: /etc is a copy, /run is empty, and its network is a loopback device and a cable
 * that leads nowhere. Everything that runs in it ends with it.
 */
export interface OwnMachine extends AsyncDisposable {
  /** The copy of /etc, as this process sees it. */
  readonly etc: string;
  /** A directory that both see under the same path. */
  readonly shared: string;
  /** Of its user. */
  readonly home: string;
  /** Runs a program to its end. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** What starts a program there with the environment of its parent, for who starts programs by itself. */
  entering(argv: readonly string[]): readonly [string, ...string[]];
  /** Runs a verb of the built command line, for the instance of `startBerth`. */
  berth(...argv: readonly string[]): Promise<Finished>;
  /** Starts an instance without a file, and waits until it serves. */
  startBerth(settings?: object): Promise<void>;
  /** Starts a service that `systemctl restart NAME.service` of this machine starts again. */
  startService(name: string, command: string): Promise<void>;
}

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = resolve('dist/cli.cjs');

/** `describe` for tests that need a machine of their own; elsewhere they are skipped, and the reason printed. */
export function describeOnMachine(title: string, body: () => void): void {
  const isThere = isPresent('namespaces');
  if (!isThere && isRequired('namespaces')) {
    throw new Error(`BERTH_REQUIRE demands namespaces: ${runtimes.namespaces.get}`);
  }
  describeWhen(isThere, runtimes.namespaces.get, title, body);
}

/** @param isOnline whether it has a network beside its loopback device */
export async function startMachine({
  isOnline = true,
}: {
  readonly isOnline?: boolean;
} = {}): Promise<OwnMachine> {
  const shared = await mkdtemp(join(tmpdir(), 'berth-machine-'));
  const etc = join(shared, 'etc');
  const bin = join(shared, 'bin');
  const home = join(shared, 'home');
  for (const directory of [bin, home]) await mkdir(directory);
  await writeFile(join(bin, 'systemctl'), systemctl(shared));
  await chmod(join(bin, 'systemctl'), 0o755);
  const cable =
    'ip link add up0 type veth peer name up1 && ip link set up1 up && ip addr add 10.99.0.2/24 dev up0 && ip link set up0 up';
  const setUp = [
    `cp -a /etc ${etc}`,
    `mount --bind ${etc} /etc`,
    'mount -t tmpfs tmpfs /run',
    'ip link set lo up',
    ...(isOnline ? [cable] : []),
    'echo ready',
    // The shell stays, as the one who takes in processes that lost their parent.
    'sleep infinity',
  ].join(' && ');
  const holder = spawn('unshare', [...namespaceFlags, 'sh', '-c', `${setUp}; exit $?`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killNow = (): void => void holder.kill('SIGKILL');
  process.once('exit', killNow);
  await once(holder.stdout, 'data');
  const inside = await firstChild(holder);
  const environment = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}:/usr/sbin:/sbin`,
    HOME: home,
    BERTH_HOME: join(home, 'berth'),
    NO_COLOR: '1',
  };
  const enter = (argv: readonly string[]): readonly string[] => [
    ...['-t', String(inside), '--net', '--mount', '--pid', '--'],
    ...argv,
  ];

  const run: OwnMachine['run'] = async (argv, env = {}) => {
    const child = spawn('nsenter', enter(argv), {
      cwd: home,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  };

  return {
    etc,
    shared,
    home,
    run,
    entering: (argv) => ['nsenter', ...enter(argv)],
    berth: (...argv) => run([process.execPath, program, ...argv]),
    startBerth: async (settings = {}) => {
      await mkdir(join(home, 'berth', 'config'), { recursive: true });
      await writeFile(join(home, 'berth', 'config', 'berth.json'), JSON.stringify(settings));
      await start('berth', `exec ${process.execPath} ${program} --headless`);
      await eventually(
        'an instance that serves',
        async () => (await run([process.execPath, program, 'status'])).status === 0,
      );
    },
    startService: start,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', killNow);
      const gone = once(holder, 'close');
      holder.kill('SIGKILL');
      await gone;
      await rm(shared, { recursive: true, force: true });
    },
  };

  async function start(name: string, command: string): Promise<void> {
    await writeFile(join(shared, `${name}.sh`), `${command}\n`);
    const { status, stderr } = await run(['systemctl', 'restart', `${name}.service`]);
    if (status !== 0) throw new Error(stderr);
  }
}

/** What stands for systemd there: it starts again what a test started. */
const systemctl = (shared: string): string => `#!/bin/sh
[ "$1" = restart ] || exit 1
name=\${2%.service}
[ -f ${shared}/$name.sh ] || { echo "Unit $2 not found." >&2; exit 5; }
if [ -f ${shared}/$name.pid ]; then
  pid=$(cat ${shared}/$name.pid)
  kill "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
fi
setsid sh ${shared}/$name.sh >>${shared}/$name.log 2>&1 </dev/null &
echo $! >${shared}/$name.pid
`;

async function firstChild({ pid }: ChildProcess): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(text.trim().split(' ')[0]);
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}
