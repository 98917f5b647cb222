import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { electronForTests } from '../../build/electronPlace.ts';
import { isAlive } from '../support/berthProcess.ts';
import { startDisplay } from '../support/display.ts';
import { electronSwitches, environmentIn } from '../support/electron.ts';
import { eventually } from '../support/eventually.ts';
import { descendantsOf } from '../support/processTree.ts';
import { okay, startBackend } from '../support/recordingBackend.ts';
import { describeWith } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

const run = promisify(execFile);

/** As the wire has them: the characters 1 and 0. */
const [on, off] = [0x31, 0x30];

describeWith(['electron', 'xvfb', '7zip'], 'the packaged desktop app', () => {
  let work: TemporaryDirectory;
  /** As target `dir` leaves it, and as it comes out of the archive. */
  let unpacked: string;
  let installed: string;
  let archive: string;
  /** What the maker of deb packages was told, a word a line, and the menu entry that it was given. */
  let told: string;
  let menuEntry: string;

  beforeAll(async () => {
    work = await temporaryDirectory();
    const output = join(work.path, 'release');
    await run(
      process.execPath,
      ['build/package.mjs', '--store', '--output', output, 'dir', 'tar.gz', 'deb'],
      {
        env: {
          ...process.env,
          ELECTRON_OVERRIDE_DIST_PATH: electronForTests(process.env)?.directory,
          ELECTRON_BUILDER_7ZIP_PATH: (await run('which', ['7zz'])).stdout.trim(),
          CUSTOM_FPM_PATH: await putListeningFpm(work.path),
          BERTH_HOMEPAGE: 'https://berth.example/',
          BERTH_MAINTAINER: 'Ada <ada@berth.example>',
        },
      },
    );
    told = await readFile(join(work.path, 'fpm.told'), 'utf8');
    menuEntry = await readFile(join(work.path, 'fpm.desktop'), 'utf8');
    unpacked = join(output, 'linux-unpacked');
    archive = join(unpacked, 'resources', 'app.asar');
    await run('tar', ['xzf', await tarball(output), '-C', work.path]);
    installed = join(work.path, `Berth-${await ownVersion()}-linux-x64`);
  }, 180_000);
  afterAll(() => work[Symbol.asyncDispose]());

  test('carries what runs, and neither sources nor tests nor anything of the maker', () => {
    const files = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'));
    const [own, modules] = [
      files.filter((name) => !name.startsWith('/node_modules')),
      files.filter((name) => name.startsWith('/node_modules')),
    ];
    const known =
      /^\/(LICENSE|package\.json|dist(\/(cli|main|preload|worker)\.cjs|\/icons(\/[\w@-]+\.(png|ico))?|\/renderer(\/.*)?)?)$/;
    expect(own.filter((name) => !known.test(name))).toEqual([]);
    const icons = ['running', 'degraded', 'stopped', 'error'].flatMap((state) =>
      ['.png', '@2x.png', '.ico', 'Template.png', 'Template@2x.png'].map(
        (ending) => `/dist/icons/tray-${state}${ending}`,
      ),
    );
    const needed = ['/dist/main.cjs', '/dist/renderer/index.html', '/dist/icons/app.png', ...icons];
    expect(own).toEqual(expect.arrayContaining(needed));
    const unwanted =
      /\.(ts|tsx|map|pem|key|crt|env|log|tgz)$|\.test\.|\/(tests?|__tests__)\/|npmrc/;
    expect([...own, ...modules].filter((name) => unwanted.test(name))).toEqual([]);
    // What the bundles hold already is not there twice.
    expect(
      modules.filter((name) => /^\/node_modules\/(zod|@orpc|ws|prom-client)(\/|$)/.test(name)),
    ).toEqual([]);
    const description: unknown = JSON.parse(extractFile(archive, 'package.json').toString());
    expect(description).toMatchObject({ name: 'berth', main: 'dist/main.cjs' });
    expect(description).not.toHaveProperty('scripts');
    expect(description).not.toHaveProperty('devDependencies');
  });

  test('brings the documentation that the app speaks of, with what it links to', async () => {
    const resources = join(installed, 'resources');
    for (const name of ['README.md', 'CHANGELOG.md', 'docs/DESKTOP.md', 'docs/ERRORS.md']) {
      const text = await readFile(join(resources, name), 'utf8');
      expect(text).toBe(await readFile(name, 'utf8'));
      for (const [, target = ''] of text.matchAll(/\]\(((?!https?:)[^)#\s]+)/g)) {
        await stat(join(resources, name, '..', target));
      }
    }
  });

  test('has every module that its programs load', () => {
    const files = new Set(listPackage(archive, { isPack: false }));
    for (const program of ['main', 'preload', 'cli', 'worker']) {
      const source = extractFile(archive, `dist/${program}.cjs`).toString();
      const loaded = Array.from(
        source.matchAll(/\brequire\("([^."/][^"]*)"\)/g),
        ([, name]) => name,
      )
        .filter((name) => name !== undefined)
        .filter((name) => !isBuiltIn(name) && name !== 'electron' && !optional.includes(name));
      for (const name of loaded) expect(files).toContain(`/node_modules/${name}/package.json`);
    }
  });

  test('has its fuses set: Node at work, but no debugger, no NODE_OPTIONS, no other code', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'berth-desktop'));
    const states = {
      runAsNode: wire[FuseV1Options.RunAsNode],
      cookies: wire[FuseV1Options.EnableCookieEncryption],
      nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      inspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
      integrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      asarOnly: wire[FuseV1Options.OnlyLoadAppFromAsar],
    };
    expect(states).toEqual({
      runAsNode: on,
      cookies: on,
      nodeOptions: off,
      inspect: off,
      integrity: on,
      asarOnly: on,
    });
  });

  test('out of its archive it opens its window, serves, and takes everything with it', async () => {
    await using display = await startDisplay();
    const backend = await startBackend({ request: () => okay() });
    const user = await makeUser(work.path);
    const app = startApp(
      join(installed, 'berth-desktop'),
      { ...user.env, ...display.env },
      user.home,
    );
    try {
      const cli = join(installed, 'resources', 'bin', 'berth');
      const berth = (...argv: string[]) => run(cli, argv, { env: user.env });
      await eventually('its instance answers', () => succeeds(berth('status')));
      await berth('add', 'app.localhost', backend.url);
      const { stdout } = await berth('status', '--json');
      const port = listening.parse(JSON.parse(stdout)).listeners[0]?.port ?? 0;
      const headers = { host: 'app.localhost' };
      const [answer]: unknown[] = await once(
        get({ host: '127.0.0.1', port, path: '/through?the=proxy', headers }),
        'response',
      );
      expect(answer).toMatchObject({ statusCode: 200 });
      expect(backend.requests.map(({ target }) => target)).toContain('/through?the=proxy');

      await eventually('its window can be looked at', () => app.devtools !== null);
      // With these fuses no test driver gets in: what Chromium itself shows has to do.
      const browser = await chromium.connectOverCDP(app.devtools ?? '', { noDefaults: true });
      const [page] = browser.contexts()[0]?.pages() ?? [];
      await page?.evaluate(`localStorage.setItem('berth.firstRun.1', 'true')`);
      await page?.reload();
      await page?.getByText('app.localhost').first().waitFor();
      expect(page?.url()).toMatch(/^app:\/\/berth\//);
      await browser.close();

      // Neither by its arguments nor by its environment does it open a debugger.
      expect(app.said).not.toMatch(/Debugger listening/);
    } catch (error) {
      throw new Error(`the app said: ${app.said}`, { cause: error });
    } finally {
      const processes = descendantsOf(app.pid);
      app.child.kill('SIGTERM');
      await eventually('the app has ended', () => !isAlive(app.pid)).finally(() => {
        app.child.kill('SIGKILL');
      });
      await eventually('nothing of it is left', () => !processes.some(isAlive));
      await backend.close();
    }
  });

  test('as a deb it would bring the command line, a menu entry with its links, and icons', () => {
    expect(told).toMatch(/\/berth-in-path=\/usr\/bin\/berth\n/);
    expect(told).toMatch(/^--before-remove=\/.*\/build\/installed\/before-remove$/m);
    expect(told).toMatch(/\/linux-unpacked\/=\/opt\/Berth\n/);
    expect(told).toContain('--maintainer\nAda <ada@berth.example>\n');
    for (const size of ['16x16', '48x48', '256x256', '512x512']) {
      expect(told).toContain(`=/usr/share/icons/hicolor/${size}/apps/berth-desktop.png`);
    }
    for (const line of [
      'Exec=/opt/Berth/berth-desktop %U',
      'Icon=berth-desktop',
      'MimeType=x-scheme-handler/berth;',
      'Categories=Development;',
      'StartupWMClass=Berth',
    ]) {
      expect(menuEntry).toContain(`${line}\n`);
    }
  });

  test('its command line is berth, behind a link too', async () => {
    const link = join(work.path, 'berth');
    await symlink(join(installed, 'resources', 'bin', 'berth'), link);
    const env = environmentIn(join(work.path, 'nobody'));
    expect((await run(link, ['--version'], { env })).stdout).toBe(`${await ownVersion()}\n`);
    const failed = await run(link, ['status'], { env }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 6 });

    const service = await run(link, ['service', 'install', '--dry-run'], { env });
    expect(service.stdout).toContain(
      `ExecStart=/bin/sh ${join(installed, 'resources', 'bin', 'berth')} --headless`,
    );
  });
});

/** A program in fpm's place, which is not to be had here: it keeps what it was told and makes an empty package. */
async function putListeningFpm(directory: string): Promise<string> {
  const file = join(directory, 'fpm');
  await writeFile(
    file,
    `#!/bin/sh
     printf '%s\\n' "$@" > '${file}.told'
     for word; do
       case $word in *.desktop=*) cp "\${word%%=*}" '${file}.desktop' ;; esac
       [ "$before" = --package ] && : > "$word"
       before=$word
     done
     true`,
    { mode: 0o755 },
  );
  return file;
}

const listening = z.object({ listeners: z.array(z.object({ port: z.number() })) });

/** Someone whose configuration takes free ports, in the directory where the app is started. */
async function makeUser(directory: string) {
  const home = join(directory, 'user');
  await mkdir(join(home, 'config'), { recursive: true, mode: 0o700 });
  await writeFile(
    join(home, 'config', 'config.json'),
    JSON.stringify({
      http: { bind: '127.0.0.1', port: 0 },
      driver: 'embedded://127.0.0.1:0',
      server: { workers: 2, accessLog: join(home, 'access.log') },
      control: { port: null },
      user: 'root',
    }),
  );
  return { home, env: { PATH: process.env['PATH'], ...environmentIn(home) } };
}

/** Starts the app as its desktop entry does, with what a debugger would like. */
function startApp(program: string, env: NodeJS.ProcessEnv, cwd: string) {
  const child: ChildProcess = spawn(
    program,
    [...electronSwitches, '--remote-debugging-port=0', '--inspect=0'],
    { cwd, env: { ...env, NODE_OPTIONS: '--inspect=0' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (said += part));
  }
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  return {
    child,
    pid: child.pid ?? 0,
    get said() {
      return said;
    },
    /** Where its windows can be looked at; null before it says so. */
    get devtools() {
      return /DevTools listening on (ws:\S+)/.exec(said)?.[1] ?? null;
    },
  };
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const ownVersion = async (): Promise<string> => {
  const description: unknown = JSON.parse(await readFile('package.json', 'utf8'));
  return z.object({ version: z.string() }).parse(description).version;
};

const tarball = async (output: string): Promise<string> =>
  join(output, `Berth-${await ownVersion()}-linux-x64.tar.gz`);

/** What ws takes when it is there. */
const optional = ['bufferutil', 'utf-8-validate'];

const isBuiltIn = (name: string): boolean =>
  name.startsWith('node:') || builtinModules.includes(name.split('/')[0] ?? name);
