import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { electronForTests } from '../../build/electronPlace.ts';
import { isAlive } from '../support/berthProcess.ts';
import { startDisplay } from '../support/display.ts';
import { environmentIn } from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { descendantsOf } from '../support/processTree.ts';
import { describeWhen, describeWith, isLinux } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

/** An installation of Berth: the launcher and what was built. */
let place: TemporaryDirectory;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  place = await temporaryDirectory();
  await cp('bin', join(place.path, 'bin'), { recursive: true });
  await symlink(resolve('dist'), join(place.path, 'dist'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await place[Symbol.asyncDispose]();
});

/** Puts a program in Electron's place. */
async function putElectron(source: string): Promise<string> {
  const directory = join(place.path, 'electron');
  await mkdir(directory);
  await writeFile(join(directory, 'electron'), `#!${process.execPath}\n${source}`);
  await chmod(join(directory, 'electron'), 0o755);
  return directory;
}

/** Types `berth`, in a session of its own as a terminal gives it. */
function startBerthAlone(env: Readonly<Record<string, string>>) {
  const home = join(place.path, 'home');
  const child = spawn(process.execPath, [join(place.path, 'bin', 'berth')], {
    env: {
      PATH: process.env['PATH'],
      ...environmentIn(home),
      // What a terminal inside an Electron app hands down.
      ELECTRON_RUN_AS_NODE: '1',
      // As root, tests have to do without Chromium's sandbox.
      ...(process.getuid?.() === 0 ? { ELECTRON_DISABLE_SANDBOX: '1' } : {}),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    running.delete(child);
    return code;
  });
  return {
    pid: child.pid ?? 0,
    home,
    ended,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    saying: (phrase: string) =>
      eventually(`saying ${phrase}`, () => stderr.includes(phrase)).catch((error: Error) => {
        throw new Error(`${error.message}\n${stderr}`);
      }),
  };
}

describeWhen(
  isLinux,
  'needs Linux: a script stands for Electron',
  'berth without arguments',
  () => {
    const display = { DISPLAY: ':77' };

    test('is the desktop: Electron runs on the app, and its exit code is that of berth', async () => {
      const directory = await putElectron(`
      console.error(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE ?? null]));
      console.log('chatter');
      process.exit(7);`);
      const berth = startBerthAlone({ ...display, ELECTRON_OVERRIDE_DIST_PATH: directory });
      expect(await berth.ended).toBe(7);
      expect(berth.stderr).toContain(JSON.stringify([[resolve('.')], null]));
      expect(berth.stdout).toBe('');
    });

    test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      '%s to the whole session reaches the desktop once, and berth waits for its end',
      async (signal) => {
        const directory = await putElectron(`
        let heard = 0;
        process.on('${signal}', () => {
          heard += 1;
          setTimeout(() => process.exit(40 + heard), 200);
        });
        setInterval(() => {}, 1000);
        console.error('ready');`);
        const berth = startBerthAlone({ ...display, ELECTRON_OVERRIDE_DIST_PATH: directory });
        await berth.saying('ready');
        process.kill(-berth.pid, signal);
        expect(await berth.ended).toBe(41);
      },
    );

    test('a desktop that crashes is said, with the exit code of its signal', async () => {
      const directory = await putElectron(`process.kill(process.pid, 'SIGSEGV')`);
      const berth = startBerthAlone({ ...display, ELECTRON_OVERRIDE_DIST_PATH: directory });
      expect(await berth.ended).toBe(139);
      expect(berth.stderr).toBe('berth: the desktop died by SIGSEGV\n');
    });

    test.each([
      ['without a display', {}, 'there is no display'],
      [
        'without Electron',
        { ...display, ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' },
        'ELECTRON_OVERRIDE_DIST_PATH is /nowhere, which holds no Electron',
      ],
    ])('%s it says so in one line, and runs headless', async (_title, env, reason) => {
      const berth = startBerthAlone({ ...env, BERTH_CONTROL_PORT: '0' });
      await berth.saying('access log');
      const [first, ...rest] = berth.stderr.split('\n');
      expect(first).toContain(`berth: running without a window: ${reason}`);
      expect(rest.join('\n')).not.toContain('without a window');
      expect(berth.stderr).toMatch(/ {2}dashboard {2,}http:\/\/127\.0\.0\.1:\d+\//);
      process.kill(berth.pid, 'SIGTERM');
      expect(await berth.ended).toBe(0);
    });

    test('an Electron that lacks a library is no end either', async () => {
      const directory = await putElectron('process.exit(127)');
      const berth = startBerthAlone({ ...display, ELECTRON_OVERRIDE_DIST_PATH: directory });
      await berth.saying('access log');
      expect(berth.stderr).toMatch(/^berth: running without a window: .* lacks a library/);
      process.kill(berth.pid, 'SIGTERM');
      expect(await berth.ended).toBe(0);
    });
  },
);

describeWith(['electron', 'xvfb'], 'berth without arguments, with a real Electron', () => {
  test('opens the app, and SIGTERM ends it with everything it started', async () => {
    await using display = await startDisplay();
    const directory = electronForTests(process.env)?.directory ?? '';
    const berth = startBerthAlone({ ...display.env, ELECTRON_OVERRIDE_DIST_PATH: directory });
    const isAnswering = async (): Promise<boolean> => {
      const asked = spawn(process.execPath, ['dist/cli.cjs', 'status'], {
        env: { ...process.env, ...environmentIn(berth.home) },
        stdio: 'ignore',
      });
      const [code] = await once(asked, 'close');
      return code === 0;
    };
    await eventually('the instance of the app answers', isAnswering).catch((error: Error) => {
      throw new Error(`${error.message}\n${berth.stderr}`);
    });
    const started = descendantsOf(berth.pid);
    process.kill(berth.pid, 'SIGTERM');
    expect(await berth.ended).toBe(0);
    await eventually('nothing of it is left', () => !started.some(isAlive));
  });
});
