import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TrustStoreView } from '../../src/shared/contract/trust.ts';
import { launchChromium } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { pageTitle, serveByLocalCa } from '../support/localCa.ts';
import { describeWith, isRoot, itWhen, rootReason } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';
import { type Ran, runVerb } from '../support/verb.ts';

const host = 'app.dev.local';
const untrusted = 'ERR_CERT_AUTHORITY_INVALID';
const asBefore = /removed\s+Everything is as it was before/;

describeWith(['chromium', 'certutil'], 'browsers and the local CA', () => {
  // A browser is started for each look at a page.
  vi.setConfig({ testTimeout: 120_000 });
  let directory: TemporaryDirectory;
  let home: string;
  let berth: string;
  let data: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    home = join(directory.path, 'home');
    berth = join(directory.path, 'berth');
    data = join(berth, 'data');
    await mkdir(home);
    await mkdir(data, { recursive: true, mode: 0o700 });
    await chmod(berth, 0o700);
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  const verb = (...words: readonly string[]): Promise<Ran> =>
    runVerb(berth, words, { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CI: '1' });

  const trust = (...stores: readonly string[]): Promise<Ran> =>
    verb('trust', ...stores.flatMap((id) => ['--store', id]));

  async function stores(kind: string): Promise<readonly TrustStoreView[]> {
    const { stdout } = await verb('trust', '--status', '--store', kind, '--json');
    const { stores: seen }: { stores: readonly TrustStoreView[] } = JSON.parse(stdout);
    return seen;
  }

  const certutil = (folder: string, ...words: readonly string[]): string =>
    execFileSync('certutil', ['-d', `sql:${folder}`, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  async function makeDatabase(folder: string, ...words: readonly string[]): Promise<void> {
    await mkdir(folder, { recursive: true });
    certutil(folder, '-N', ...(words.length > 0 ? words : ['--empty-password']));
  }

  /** A profile as Firefox has it, with a database that is used. */
  async function makeProfile(...words: readonly string[]): Promise<string> {
    const base = join(home, '.mozilla/firefox');
    await makeDatabase(join(base, 'ab12.default'), ...words);
    const ini = '[Profile0]\nName=default\nIsRelative=1\nPath=ab12.default\n';
    await writeFile(join(base, 'profiles.ini'), ini);
    return join(base, 'ab12.default');
  }

  /** What Chromium with this home makes of a page: its title, or its complaint. */
  async function opened(port: number, name = host): Promise<string> {
    const scratch = join(directory.path, 'scratch');
    await mkdir(scratch, { recursive: true });
    const { PATH = '' } = process.env;
    const browser = await launchChromium({
      args: [`--host-resolver-rules=MAP ${name} 127.0.0.1`, '--no-proxy-server'],
      env: { PATH, HOME: home, XDG_CONFIG_HOME: scratch, XDG_CACHE_HOME: scratch },
    });
    try {
      const page = await browser.newPage();
      await page.goto(`https://${name}:${port}/`);
      return await page.title();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return /net::(\w+)/.exec(text)?.[1] ?? text;
    } finally {
      await browser.close();
    }
  }

  /** Every file and directory of the home. */
  async function contents(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const { mode } = await stat(path);
      const what = entry.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : 'directory';
      found[path.slice(home.length)] = `${mode.toString(8)} ${what}`;
    }
    return found;
  }

  it('Chromium refuses a page, opens it from trust to untrust, and refuses it again', async () => {
    await using page = await serveByLocalCa(data, host);
    // Chromium makes a database of its own where there is none; here it finds what was before.
    const before = await contents();
    expect((await verb('trust', '--dry-run')).exitCode).toBe(0);
    expect(await contents()).toEqual(before);

    const trusted = await trust('chromium');
    expect(trusted.stdout).toMatch(/^Chromium, Chrome\s+added/m);
    expect(trusted.exitCode).toBe(0);
    expect(await opened(page.port)).toBe(pageTitle);
    expect(await stores('chromium')).toMatchObject([
      {
        state: 'trusted',
        proof: 'handshake',
        evidence: expect.stringMatching(/^Chromium accepts/),
      },
    ]);

    const gone = await verb('untrust', '--store', 'chromium');
    expect(gone.stdout).toMatch(asBefore);
    expect(await contents()).toEqual(before);
    expect(await opened(page.port)).toBe(untrusted);
  });

  it('databases that are there are added to, and are the same bytes afterwards', async () => {
    await using page = await serveByLocalCa(data, host);
    const profile = await makeProfile();
    await makeDatabase(join(home, '.pki/nssdb'));
    const before = await contents();
    expect(await opened(page.port)).toBe(untrusted);
    expect((await trust('chromium', 'firefox')).exitCode).toBe(0);
    expect(await opened(page.port)).toBe(pageTitle);
    expect(certutil(profile, '-L')).toMatch(/Berth Local CA [0-9a-f]{16} +C,,/);
    expect(await stores('firefox')).toMatchObject([{ state: 'trusted', proof: 'handshake' }]);

    const gone = await verb('untrust', '--store', 'chromium', '--store', 'firefox');
    expect(gone.stdout.match(new RegExp(asBefore, 'g'))).toHaveLength(2);
    expect(await contents()).toEqual(before);
    expect(await opened(page.port)).toBe(untrusted);
    expect(await readdir(data)).toEqual(['certificates']);
  });

  it('the newer place of Chromium is used where it has one, and the older is not made', async () => {
    await using page = await serveByLocalCa(data, host);
    await makeDatabase(join(home, '.local/share/pki/nssdb'));
    const before = await contents();
    expect((await trust('chromium')).exitCode).toBe(0);
    expect(await opened(page.port)).toBe(pageTitle);
    expect(await readdir(home)).toEqual(['.local']);
    await verb('untrust', '--store', 'chromium');
    expect(await contents()).toEqual(before);
  });

  it('a CA with new names is outdated until it is trusted anew, and nothing of it is left', async () => {
    const profile = await makeProfile();
    await using first = await serveByLocalCa(data, host);
    const before = await contents();
    await trust('chromium', 'firefox');
    await using second = await serveByLocalCa(data, 'app.test', ['dev.local', 'localhost', 'test']);
    expect((await stores('chromium'))[0]).toMatchObject({ state: 'outdated' });
    expect(await opened(second.port, 'app.test')).toMatch(/^ERR_CERT/);

    expect((await trust('chromium', 'firefox')).stdout).toContain('earlier certificate');
    expect(await opened(second.port, 'app.test')).toBe(pageTitle);
    expect(await opened(first.port)).toBe(pageTitle);
    expect(certutil(profile, '-L').match(/Berth Local CA/g)).toHaveLength(1);
    await verb('untrust', '--store', 'chromium', '--store', 'firefox');
    expect(await contents()).toEqual(before);
  });

  it('a profile with a password is left as it was, and the others are trusted all the same', async () => {
    await using page = await serveByLocalCa(data, host);
    const word = join(directory.path, 'password');
    await writeFile(word, 'secret\n');
    await makeProfile('-f', word);
    const before = await contents();
    const ran = await trust('chromium', 'firefox');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/Chromium, Chrome\s+added/);
    expect(ran.stdout).toMatch(/Firefox, ab12.default\s+failed.*it has a password/);
    expect(ran.stderr).toMatch(/To be run by you:\n.*certutil -d sql:\S+ -A -n 'Berth Local CA/);
    expect(await contents()).toMatchObject(before);
    expect(await opened(page.port)).toBe(pageTitle);
  });

  it('a database that a program has open is changed in place, and its user is named', async () => {
    await using _page = await serveByLocalCa(data, host);
    const profile = await makeProfile();
    await trust('firefox');
    const path = join(profile, 'cert9.db');
    const { ino } = await stat(path);
    const user = spawn('sh', ['-c', 'exec 3<"$0"; echo open; read _', path]);
    try {
      await once(user.stdout, 'data');
      const ran = await verb('untrust', '--store', 'firefox');
      expect(ran.stdout).toMatch(/removed.*they stay, without the certificate; sh sees a change/);
      expect((await stat(path)).ino).toBe(ino);
      expect(certutil(profile, '-L')).not.toContain('Berth');
    } finally {
      user.kill('SIGKILL');
      await eventually('it is gone', () => user.signalCode !== null);
    }
  });

  itWhen(isRoot, rootReason, 'a database that may not be written to says so', async () => {
    await using _page = await serveByLocalCa(data, host);
    const profile = await makeProfile();
    for (const name of await readdir(profile)) await chmod(join(profile, name), 0o444);
    await chmod(profile, 0o555);
    const before = await contents();
    await chmod(directory.path, 0o755);
    for (const path of [berth, data, join(data, 'certificates')]) await chown(path, 1000, 1000);
    const files = await readdir(join(data, 'certificates'));
    for (const name of files) await chown(join(data, 'certificates', name), 1000, 1000);
    const program = 'setpriv --reuid 1000 --regid 1000 --clear-groups "$0" dist/cli.cjs "$@"';
    const words = ['trust', '--store', 'firefox', '--json'];
    const { stdout, status } = spawnAs(program, words);
    expect(status).toBe(1);
    expect(JSON.parse(stdout).results).toMatchObject([
      { outcome: 'failed', says: expect.stringContaining('it may not be written to') },
    ]);
    expect(await contents()).toEqual(before);
  });

  function spawnAs(program: string, words: readonly string[]) {
    const env = { ...process.env, HOME: home, BERTH_HOME: berth, CI: '1' };
    try {
      const stdout = execFileSync('sh', ['-c', program, process.execPath, ...words], {
        encoding: 'utf8',
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { stdout, status: 0 };
    } catch (error) {
      const { stdout, status } = error as { stdout: string; status: number };
      return { stdout, status };
    }
  }
});
