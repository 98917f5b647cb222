import { spawnSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  chown,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRoot, itWhen, rootReason } from '../../../test/support/requirement.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import {
  type Answer,
  authorities,
  certutilWith,
  type TrustMachine,
  type TrustMachineOptions,
  trustMachine,
  writeFiles,
} from '../../../test/support/trustMachine.ts';
import { limits } from '../../shared/limits.ts';
import { type CarriedOut, carryOut, type Step } from '../elevation/index.ts';
import { type Authority, anchorFileOf, nicknameOf } from './authority.ts';
import { findStores } from './places.ts';
import { createTrustService } from './service.ts';
import { requireStores } from './trust.ts';

const { present, earlier, foreign, third } = authorities;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const anchors = 'root/usr/local/share/ca-certificates';
const profile = 'home/.mozilla/firefox/ab12.default';
const java = 'root/etc/ssl/certs/java/cacerts';
const debian = {
  'root/etc/os-release': 'ID=debian\n',
  [`${anchors}/README`]: '',
  'root/etc/ssl/certs/ca-certificates.crt': '',
  [java]: 'certificates for Java',
};
/** The system's own: it makes one file of all. */
const update = `#!/bin/sh
root=$(dirname "$0")/../..
cat "$root"/usr/local/share/ca-certificates/*.crt > "$root/etc/ssl/certs/ca-certificates.crt" 2>/dev/null
echo 'written anew' >> "$root/etc/ssl/certs/java/cacerts"
exit 0
`;
const firefox = {
  'home/.mozilla/firefox/profiles.ini': '[Profile0]\nIsRelative=1\nPath=ab12.default\n',
  [`${profile}/cert9.db`]: 'certificates',
  [`${profile}/key4.db`]: 'keys',
};

/** A Debian with a profile of Firefox, on which everything can be had. */
async function open(more: Partial<TrustMachineOptions> = {}) {
  const program = 'root/usr/sbin/update-ca-certificates';
  await writeFiles(directory.path, { ...debian, ...firefox, [program]: update });
  await chmod(join(directory.path, program), 0o755);
  return at(more);
}

const at = (more: Partial<TrustMachineOptions> = {}) =>
  trustMachine({
    directory: directory.path,
    platform: 'linux',
    programs: ['certutil'],
    isRoot: true,
    ...more,
  });

/** NSS' certutil on files of a line for each certificate; scripts, which need rights, are run for real. */
const database =
  (fails: (argv: readonly string[]) => string | null = () => null): Answer =>
  async (argv) => {
    const [program, ...words] = argv;
    if (program === 'sh') return shell(words);
    if (['mkdir', 'rm', 'rmdir', 'cp', 'mv'].includes(program))
      return shell(['-c', '"$@"', 'sh', ...argv]);
    const folder = words.find((word) => word.startsWith('sql:'))?.slice(4);
    if (folder === undefined) return undefined;
    const path = join(folder, 'cert9.db');
    if (words.includes('-N')) {
      for (const name of ['cert9.db', 'key4.db', 'pkcs11.txt'])
        await writeFile(join(folder, name), '');
      return undefined;
    }
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return { status: 255, stderr: 'SEC_ERROR_BAD_DATABASE' };
    const held = Object.values(authorities).filter((one) => text.includes(nicknameOf(one)));
    const others = /^(?!Berth).+$/m.test(text) ? ['somebody'] : [];
    const looked = certutilWith(held, others)(argv);
    if (looked !== undefined) {
      return words.includes('-K') && others.length > 0
        ? { status: 0, stdout: '< 0> rsa key' }
        : looked;
    }
    const nickname = words[words.indexOf('-n') + 1] ?? '';
    if (words.includes('-A')) await writeFile(path, `${text}\n${nickname}`);
    if (words.includes('-D')) await writeFile(path, text.replace(`\n${nickname}`, ''));
    const problem = fails(words);
    return problem === null ? undefined : { status: 255, stderr: problem };
  };

function shell(words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Every file with what it holds, beside the instance's data. */
async function everything(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(directory.path, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(directory.path.length);
    if (name.startsWith('/data')) continue;
    found[name] = entry.isFile() ? await readFile(path, 'utf8') : 'directory';
  }
  return found;
}

const outcomes = (results: readonly { id: string; outcome: string }[]) =>
  Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]));

describe('one command', () => {
  test('adds to each store, and another takes everything back to the byte', async () => {
    const opened = await open({ answer: database() });
    const before = await everything();
    const added = await opened.trust.add({ stores: [] });
    expect(outcomes(added)).toEqual({
      system: 'added',
      chromium: 'added',
      'firefox:ab12.default': 'added',
    });
    const files = await everything();
    expect(files[`/${anchors}/${anchorFileOf(present)}`]).toBe(present.pem);
    expect(files[`/${profile}/cert9.db`]).toContain(nicknameOf(present));
    expect(files['/home/.pki/nssdb/cert9.db']).toContain(nicknameOf(present));

    expect(outcomes(await opened.trust.add({ stores: [] }))).toEqual({
      system: 'unchanged',
      chromium: 'unchanged',
      'firefox:ab12.default': 'unchanged',
    });
    expect(outcomes(await opened.trust.remove({ stores: [], foreign: false }))).toEqual({
      system: 'removed',
      chromium: 'removed',
      'firefox:ab12.default': 'removed',
    });
    expect(await everything()).toEqual(before);
    expect(await readdir(opened.data).catch(() => [])).toEqual([]);
  });

  test('goes on where a store fails, and says what to get where a program is missing', async () => {
    const opened = await open({
      programs: [],
      answer: database(),
    });
    const results = await opened.trust.add({ stores: [] });
    expect(outcomes(results)).toEqual({
      system: 'added',
      chromium: 'unavailable',
      'firefox:ab12.default': 'failed',
    });
    expect(results[2]?.says).toContain('apt-get install libnss3-tools');
  });

  test('puts back what a store was that refuses in the middle, and names the command', async () => {
    const refuses = database((words) =>
      words.includes('-A') ? 'certutil: could not authenticate: SEC_ERROR_BAD_PASSWORD' : null,
    );
    const opened = await open({ answer: refuses });
    const before = await everything();
    const [result] = await opened.trust.add({ stores: ['firefox'] });
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result?.says).toContain('it has a password');
    expect(result?.command).toContain(`-A -n '${nicknameOf(present)}'`);
    expect(result?.command).not.toContain('/dev/null');
    expect(await everything()).toEqual(before);

    const [chromium] = await opened.trust.add({ stores: ['chromium'] });
    expect(chromium?.outcome).toBe('failed');
    expect(await everything()).toEqual(before);
  });

  test('of nobody who can be asked for rights says what to run, and that works', async () => {
    const opened = await open({ isRoot: false, answer: database() });
    const before = await everything();
    // Asked for twice before it is run.
    await opened.trust.add({ stores: ['system'] });
    const results = await opened.trust.add({ stores: [] });
    const kept = await readdir(join(opened.data, 'trust'));
    expect(kept.filter((name) => name.endsWith('-now'))).toEqual([]);
    expect(outcomes(results)).toEqual({
      system: 'needsRights',
      chromium: 'added',
      'firefox:ab12.default': 'added',
    });
    const command = results[0]?.command ?? '';
    expect(command).toMatch(/^sudo sh \S+run\.sh$/);
    expect(shell([command.replace('sudo sh ', '')]).status).toBe(0);
    const view = await opened.trust.status({ prove: false });
    expect(view.isTrusted).toBe(true);

    const removed = await opened.trust.remove({ stores: [], foreign: false });
    expect(removed[0]?.outcome).toBe('needsRights');
    expect(shell([removed[0]?.command?.replace('sudo sh ', '') ?? '']).status).toBe(0);
    expect(outcomes(await opened.trust.remove({ stores: [], foreign: false }))['system']).toBe(
      'unchanged',
    );
    // What the system's program wrote anew when Berth was not there cannot be told from what others wrote.
    expect({ ...(await everything()), [`/${java}`]: before[`/${java}`] }).toEqual(before);
  });
});

describe('taking everything back', () => {
  /** Carries out so many steps, as one whose process is killed then: nothing after is done, or recorded. */
  const killedAfter = (count: number, { machine, data }: TrustMachine) => {
    let left = count;
    return async (steps: readonly Step[]): Promise<CarriedOut> => {
      const done = steps.slice(0, left);
      left -= done.length;
      const directory = join(data, 'killed');
      const { platform, run } = machine;
      const carried = await carryOut(done, { way: 'direct', platform, run, directory });
      await rm(directory, { recursive: true, force: true });
      if (done.length < steps.length) throw new Error('killed');
      return carried;
    };
  };

  test.each([
    ['system', 2],
    ['chromium', 2],
    ['firefox', 2],
  ])(
    'of %s goes on where it was cut off, after whichever step, and is to the byte',
    async (store, least) => {
      const opened = await open({ answer: database() });
      const before = await everything();
      for (let count = 0; ; count++) {
        await opened.trust.add({ stores: [store] });
        const planned = await opened.trust.plan('remove', { stores: [], foreign: false });
        const results = await opened.trust.carry(planned, killedAfter(count, opened));
        await opened.trust.remove({ stores: [], foreign: false });
        expect(await everything()).toEqual(before);
        expect(await readdir(opened.data).catch(() => [])).toEqual([]);
        if (results.every(({ says }) => says !== 'killed')) {
          expect(count).toBeGreaterThanOrEqual(least);
          return;
        }
      }
    },
  );

  test('leaves what somebody else wrote into a file after it was cut off long ago', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: ['firefox'] });
    const planned = await opened.trust.plan('remove', { stores: ['firefox'], foreign: false });
    await opened.trust.carry(planned, killedAfter(0, opened));
    const path = join(directory.path, profile, 'cert9.db');
    await writeFile(path, `${await readFile(path, 'utf8')}\nadded by a person`);
    const later = new Date(Date.now() + limits.elevationMs + 2 * limits.trustChangeMs);
    await utimes(path, later, later);
    await opened.trust.remove({ stores: ['firefox'], foreign: false });
    expect(await readFile(path, 'utf8')).toBe('certificates\nadded by a person');
  });
});

describe('a plan that was shown', () => {
  test('is what is done: a store that has changed since is left alone, and says so', async () => {
    const opened = await open({ answer: database() });
    const planned = await opened.trust.plan('add', { stores: [], foreign: false });
    await opened.trust.add({ stores: ['firefox'] });
    const between = await everything();
    const results = await opened.trust.carry(planned);
    expect(outcomes(results)).toEqual({
      system: 'added',
      chromium: 'added',
      'firefox:ab12.default': 'failed',
    });
    expect(results[2]?.says).toContain('changed since this was shown, and was left alone: look');
    const path = `/${profile}/cert9.db`;
    expect((await everything())[path]).toBe(between[path]);
  });

  test('of another certificate of the CA, or of a store that is gone, is not done', async () => {
    const opened = await open({ answer: database() });
    const planned = await opened.trust.plan('add', { stores: ['firefox'], foreign: false });
    const renewed = at({ answer: database(), authority: earlier });
    const [refused] = await renewed.trust.carry(planned);
    expect(refused).toMatchObject({
      outcome: 'failed',
      says: expect.stringContaining('look again'),
    });
    const before = await everything();
    await rm(join(directory.path, profile, 'cert9.db'));
    const [gone] = await opened.trust.carry(planned);
    expect(gone).toMatchObject({ outcome: 'failed', says: expect.stringContaining('look again') });
    await writeFile(join(directory.path, profile, 'cert9.db'), 'certificates');
    expect(await everything()).toEqual(before);
  });

  test('without a CA only shows', async () => {
    const opened = await open({ answer: database(), authority: null });
    const before = await everything();
    const planned = await opened.trust.plan('add', { stores: [], foreign: false });
    expect(JSON.stringify(planned.stores)).toContain('FINGERPRINT');
    const results = await opened.trust.carry(planned);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
    expect(await everything()).toEqual(before);
  });

  test('is held by its id, and done once; to add, the CA is made before', async () => {
    const opened = await open({ answer: database() });
    const service = createTrustService({ trust: opened.trust, now: () => 0 });
    const input = { action: 'add', stores: ['firefox'], foreign: false } as const;
    const { id, stores } = await service.plan(input);
    expect(JSON.stringify(stores)).toContain(nicknameOf(present));
    expect(outcomes(await service.change({ plan: id }))).toEqual({
      'firefox:ab12.default': 'added',
    });
    for (const plan of [id, '0'.repeat(32)]) {
      await expect(service.change({ plan })).rejects.toMatchObject({ code: 'BERTH_PLAN_OUTDATED' });
    }
    const { id: undo } = await service.plan({ ...input, action: 'remove' });
    expect(outcomes(await service.change({ plan: undo }))).toEqual({
      'firefox:ab12.default': 'removed',
    });
  });
});

describe('two instances', () => {
  test('trust their CAs beside each other: neither takes back what is the other’s', async () => {
    const one = await open({ answer: database() });
    const before = await everything();
    const other = trustMachine({
      ...{ directory: directory.path, platform: 'linux', programs: ['certutil'], isRoot: true },
      ...{ answer: database(), authority: foreign, data: 'data-of-another' },
    });
    const first = one.trust;
    const second = other.trust;
    const file = async (path: string): Promise<string> => (await everything())[path] ?? '';
    await first.add({ stores: [] });
    await second.add({ stores: [] });
    for (const path of [`/${profile}/cert9.db`, '/home/.pki/nssdb/cert9.db']) {
      expect(await file(path)).toContain(nicknameOf(present));
      expect(await file(path)).toContain(nicknameOf(foreign));
    }
    await first.remove({ stores: [], foreign: false });
    for (const path of [`/${profile}/cert9.db`, '/home/.pki/nssdb/cert9.db']) {
      expect(await file(path)).not.toContain(nicknameOf(present));
      expect(await file(path)).toContain(nicknameOf(foreign));
    }
    expect(await file(`/${anchors}/${anchorFileOf(foreign)}`)).toBe(foreign.pem);
    expect(await file(`/${anchors}/${anchorFileOf(present)}`)).toBe('');
    await second.remove({ stores: [], foreign: false });
    const left = JSON.stringify(await everything());
    for (const one of [present, foreign]) expect(left).not.toContain(nicknameOf(one));
    expect(Object.keys(await everything()).sort()).toEqual(
      expect.arrayContaining(Object.keys(before)),
    );
  });

  test('that are undone the other way round leave every byte as it was', async () => {
    const one = await open({ answer: database() });
    const other = trustMachine({
      ...{ directory: directory.path, platform: 'linux', programs: ['certutil'], isRoot: true },
      ...{ answer: database(), authority: foreign, data: 'data-of-another' },
    });
    const before = await everything();
    await one.trust.add({ stores: [] });
    await other.trust.add({ stores: [] });
    await other.trust.remove({ stores: [], foreign: false });
    await one.trust.remove({ stores: [], foreign: false });
    expect(await everything()).toEqual(before);
  });
});

describe('instances that know of each other', () => {
  const names = ['data', 'data-two', 'data-three'] as const;
  const whose: Readonly<Record<(typeof names)[number], Authority>> = {
    data: present,
    'data-two': foreign,
    'data-three': third,
  };
  /** NSS never leaves the bytes that it found. */
  const answer: Answer = async (argv) => {
    const answered = await database()(argv);
    const folder = argv.find((word) => word.startsWith('sql:'))?.slice(4);
    if (folder !== undefined && argv.includes('-D')) {
      await appendFile(join(folder, 'cert9.db'), '\n');
    }
    return answered;
  };
  const orders = names.flatMap((one) =>
    names
      .filter((name) => name !== one)
      .flatMap((two) => {
        const last = names.find((name) => name !== one && name !== two) ?? one;
        return [[one, two, last] as const];
      }),
  );
  /** Instances with something on the machine, in the order in which they came. */
  async function three() {
    await open();
    const instances = names.map((data) =>
      at({ answer, authority: whose[data], data, others: names.filter((one) => one !== data) }),
    );
    const before = await everything();
    for (const { trust } of instances) await trust.add({ stores: [] });
    const of = (data: (typeof names)[number]): TrustMachine => {
      const found = instances[names.indexOf(data)];
      if (found === undefined) throw new Error('none');
      return found;
    };
    return { of, before };
  }

  test.each(orders)(
    'leave every byte as it was, when %s goes first, then %s, then %s',
    async (...order) => {
      const { of, before } = await three();
      for (const [at, data] of order.entries()) {
        await of(data).trust.remove({ stores: [], foreign: false });
        const text = JSON.stringify(await everything());
        for (const [n, other] of order.entries()) {
          expect(text.includes(nicknameOf(whose[other])), `${other} after ${at}`).toBe(n > at);
        }
      }
      expect(await everything()).toEqual(before);
      for (const data of names) {
        expect(await readdir(join(directory.path, data)).catch(() => [])).toEqual([]);
      }
    },
  );

  test('leave what a browser has written meanwhile', async () => {
    const { of } = await three();
    const path = join(directory.path, profile, 'cert9.db');
    await of('data').trust.remove({ stores: [], foreign: false });
    await appendFile(path, '\nof the browser');
    await of('data-two').trust.remove({ stores: [], foreign: false });
    await of('data-three').trust.remove({ stores: [], foreign: false });
    const text = await readFile(path, 'utf8');
    expect(text).toContain('of the browser');
    expect(text).toContain('certificates');
    for (const one of Object.values(whose)) expect(text).not.toContain(nicknameOf(one));
  });

  test('leave the others alone where what was kept is damaged', async () => {
    const { of } = await three();
    for (const name of await readdir(join(directory.path, 'data/trust'))) {
      if (/^[0-9a-f]{32}$/.test(name))
        await writeFile(join(directory.path, 'data/trust', name), 'x');
    }
    for (const data of names) await of(data).trust.remove({ stores: [], foreign: false });
    const text = await readFile(join(directory.path, profile, 'cert9.db'), 'utf8');
    expect(text.trim()).toBe('certificates');
  });
});

describe('what is not to be touched', () => {
  test('a database that a browser has open, when a change of it fails in the middle', async () => {
    const refuses = database((words) => (words.includes('-A') ? 'SEC_ERROR_BAD_PASSWORD' : null));
    const opened = await open({ answer: refuses, users: ['firefox-esr'] });
    const path = join(directory.path, profile, 'cert9.db');
    const { ino } = await stat(path);
    const [result] = await opened.trust.add({ stores: ['firefox'] });
    expect(result?.outcome).toBe('failed');
    expect((await stat(path)).ino).toBe(ino);
    expect(await readFile(path, 'utf8')).toBe('certificates');
  });

  test.each([
    ['fails in the middle', 'SEC_ERROR_BAD_PASSWORD'],
    ['is taken back', null],
  ])('a file that is there and cannot be read, when a change %s', async (_when, problem) => {
    const opened = await open({
      answer: database((words) => (words.includes('-A') ? problem : null)),
    });
    const keys = join(directory.path, profile, 'key4.db');
    await truncate(keys, limits.maxSavedDatabaseBytes + 1);
    await opened.trust.add({ stores: ['firefox'] });
    await opened.trust.remove({ stores: ['firefox'], foreign: false });
    expect((await stat(keys)).size).toBe(limits.maxSavedDatabaseBytes + 1);
    expect(await readFile(join(directory.path, profile, 'cert9.db'), 'utf8')).toBe('certificates');
  });

  test('keys that were put into a file which came with the change', async () => {
    const opened = await open({ answer: database() });
    const keys = join(directory.path, profile, 'key4.db');
    await rm(keys);
    await opened.trust.add({ stores: ['firefox'] });
    await writeFile(keys, 'the key of saved passwords');
    await opened.trust.remove({ stores: ['firefox'], foreign: false });
    expect(await readFile(keys, 'utf8')).toBe('the key of saved passwords');
    expect(await readFile(join(directory.path, profile, 'cert9.db'), 'utf8')).toBe('certificates');
  });

  test('a database that changed since keeps its changes', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: ['firefox'] });
    const path = join(directory.path, profile, 'cert9.db');
    await writeFile(path, `${await readFile(path, 'utf8')}\nadded by a person`);
    const [result] = await opened.trust.remove({ stores: [], foreign: false }).then(found);
    expect(result?.says).toContain('they stay, without the certificate');
    expect(await readFile(path, 'utf8')).toBe('certificates\nadded by a person');
  });

  test('a database that a browser has open is not replaced under it', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: [] });
    const used = at({ answer: database(), users: ['firefox-esr'] });
    const results = await used.trust.remove({ stores: ['chromium', 'firefox'], foreign: false });
    expect(results.map(({ outcome }) => outcome)).toEqual(['removed', 'removed']);
    expect(results[1]?.says).toContain('firefox-esr sees a change after a restart');
    expect(used.ran.filter((line) => /^(mv|rm) /.test(line))).toEqual([]);

    // What was made for it goes when the browser is closed.
    await at({ answer: database() }).trust.remove({ stores: [], foreign: false });
    expect(Object.keys(await everything()).filter((path) => path.includes('.pki'))).toEqual([]);
  });

  test('a database that was made for the CA stays when somebody keeps a key in it', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: ['chromium'] });
    const path = join(opened.home, '.pki/nssdb/cert9.db');
    await writeFile(path, `${await readFile(path, 'utf8')}\nmy client certificate`);
    await opened.trust.remove({ stores: [], foreign: false });
    expect(await readFile(path, 'utf8')).toBe('\nmy client certificate');
  });

  test('certificates of another instance stay, unless they are asked for', async () => {
    const opened = await open({ answer: database() });
    await writeFiles(directory.path, { [`${anchors}/${anchorFileOf(foreign)}`]: foreign.pem });
    const first = await opened.trust.remove({ stores: ['system'], foreign: false });
    expect(first[0]).toMatchObject({ outcome: 'unchanged' });
    expect(first[0]?.says).toContain('--foreign');
    const second = await opened.trust.remove({ stores: ['system'], foreign: true });
    expect(second[0]?.outcome).toBe('removed');
    expect(await readdir(join(directory.path, anchors))).toEqual(['README']);
  });

  test('a file that only bears our name is not ours', async () => {
    const opened = await open({ answer: database() });
    const name = 'berth-0123456789abcdef.crt';
    await writeFiles(directory.path, { [`${anchors}/${name}`]: foreign.pem });
    await opened.trust.remove({ stores: [], foreign: true });
    expect(await readdir(join(directory.path, anchors))).toContain(name);
  });

  itWhen(isRoot, rootReason, 'the home of another user, by root', async () => {
    const opened = await open({ answer: database() });
    await chown(opened.home, 1000, 1000);
    const stores = await findStores({ ...opened.machine, isRoot: true }, String);
    const looks = await Promise.all(stores.slice(1).map((store) => store.look()));
    expect(looks).toEqual([
      { kind: 'unavailable', isThere: true, why: expect.stringContaining('without sudo') },
    ]);
  });
});

describe('a CA with another certificate', () => {
  const held = (authority: Authority) => ({ authority, answer: database() });

  test('is outdated where the earlier one is, takes its place, and goes with all of them', async () => {
    await open();
    const before = await everything();
    await at(held(earlier)).trust.add({ stores: [] });
    const now = at(held(present));
    const view = await now.trust.status({ prove: false });
    expect(view.stores.map(({ state }) => state)).toEqual(['outdated', 'outdated', 'outdated']);
    expect(view.isTrusted).toBe(false);
    await now.trust.add({ stores: [] });
    const files = Object.values(await everything()).join('\n');
    expect(files).toContain(nicknameOf(present));
    expect(files).not.toContain(nicknameOf(earlier));
    expect(files).not.toContain(earlier.pem);
    await now.trust.remove({ stores: [], foreign: false });
    expect(await everything()).toEqual(before);
  });

  test('is outdated while its certificate is to be replaced, and a plan has that one, which is not there yet', async () => {
    await open();
    await at(held(present)).trust.add({ stores: [] });
    const { trust } = at({ ...held(present), isOutgrown: true });
    const view = await trust.status({ prove: false });
    expect(view.stores.map(({ state }) => state)).toEqual(['outdated', 'outdated', 'outdated']);
    const { makes, stores } = await trust.plan('add', { stores: [], foreign: false });
    expect(makes).toBe('certificate');
    const commands = stores.map(({ steps }) => steps.map(({ command }) => command).join('\n'));
    expect(commands).toHaveLength(3);
    for (const text of commands) expect(text).toContain('FINGERPRINT');
    expect(view.stores[0]?.add).toEqual(stores[0]?.steps);
    expect((await trust.plan('remove', { stores: [], foreign: false })).makes).toBeNull();
    expect(
      (await at(held(present)).trust.plan('add', { stores: [], foreign: false })).makes,
    ).toBeNull();
    expect(
      (await at({ authority: null }).trust.plan('add', { stores: [], foreign: false })).makes,
    ).toBe('ca');
  });

  test('of another key goes too, as long as it is known that it was put there', async () => {
    await open();
    await at(held(foreign)).trust.add({ stores: [] });
    const before = await everything();
    expect(before[`/${profile}/cert9.db`]).toContain(nicknameOf(foreign));
    await at(held(present)).trust.remove({ stores: [], foreign: false });
    expect(Object.values(await everything()).join('\n')).not.toContain(nicknameOf(foreign));
  });
});

test('a store that is not there is named with those that are', async () => {
  const { trust } = await open({ answer: database() });
  await expect(trust.add({ stores: ['netscape'] })).rejects.toThrow(
    'there is no store netscape here: system, chromium, firefox:ab12.default',
  );
  // A status that is asked for one as well.
  const { stores } = await trust.status({ prove: false });
  expect(() => requireStores(stores, ['firefox', 'nope'])).toThrow('there is no store nope here');
  expect(() => requireStores(stores, ['firefox'])).not.toThrow();
});

test('a damaged record is said, and nothing is done without it', async () => {
  const { trust, data } = await open({ answer: database() });
  await writeFiles(data, { 'trust/record.json': '{' });
  const before = await everything();
  await expect(trust.status({ prove: false })).rejects.toThrow('record.json is damaged');
  await expect(trust.add({ stores: [] })).rejects.toThrow('record.json is damaged');
  expect(await everything()).toEqual(before);
});

const found = <T extends { readonly outcome: string }>(results: readonly T[]): readonly T[] =>
  results.filter(({ outcome }) => outcome !== 'unchanged');

describe('a record', () => {
  const store = 'firefox:ab12.default';
  const recordIn = (data: string): string => join(data, 'trust', 'record.json');
  type Written = {
    stores: Record<string, { files: string[]; saved: { copy: string; path: string }[] }>;
  };
  const rewrite = async (path: string, change: (record: Written) => void): Promise<void> => {
    const record = JSON.parse(await readFile(path, 'utf8')) as Written;
    change(record);
    await writeFile(path, JSON.stringify(record));
  };

  itWhen(isRoot, rootReason, 'that another user can have written is not followed', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: [] });
    const before = await everything();
    await chown(recordIn(opened.data), 4711, 4711);
    const options = { stores: [], foreign: false };
    for (const undo of [
      () => opened.trust.remove(options),
      () => opened.trust.plan('remove', options),
    ]) {
      const results = await undo().catch((error: unknown) => error);
      expect(JSON.stringify(results)).toContain('belongs to another user');
    }
    expect(await everything()).toEqual(before);
  });

  test('that names files of no store of the kind has none of them touched', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: ['firefox'] });
    const victim = join(directory.path, 'victim');
    await writeFile(victim, 'mine');
    const written = await readFile(recordIn(opened.data), 'utf8');
    const [saved] = (JSON.parse(written) as Written).stores[store]?.saved ?? [];
    await rewrite(recordIn(opened.data), ({ stores }) => {
      stores[store]?.files.push(victim);
      stores[store]?.saved.push({ ...saved, copy: saved?.copy ?? '', path: victim });
    });
    const plans = await opened.trust.plan('remove', { stores: [], foreign: false });
    expect(JSON.stringify(plans)).not.toContain('victim');
    await opened.trust.remove({ stores: [], foreign: false });
    expect(await readFile(victim, 'utf8')).toBe('mine');
  });

  test('whose copy is not what the file held puts nothing back: the certificate is taken out', async () => {
    const opened = await open({ answer: database() });
    await opened.trust.add({ stores: ['firefox'] });
    const { stores } = JSON.parse(await readFile(recordIn(opened.data), 'utf8')) as Written;
    const copy = stores[store]?.saved[0]?.copy ?? '';
    await writeFile(join(opened.data, 'trust', copy), 'planted');
    const [result] = await opened.trust.remove({ stores: ['firefox'], foreign: false });
    expect(result?.outcome).toBe('removed');
    const text = await readFile(join(directory.path, profile, 'cert9.db'), 'utf8');
    expect(text).not.toContain('planted');
    expect(text).not.toContain(nicknameOf(present));
  });
});
