import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import { askFor } from './ask.ts';
import { carryOut, runTool, type Step } from './index.ts';
import { powershellScript } from './powershellScript.ts';
import { shellScript } from './shellScript.ts';
import { elevationWay } from './way.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the way to the rights of an administrator', () => {
  const facts = {
    platform: 'linux' as NodeJS.Platform,
    isRoot: false,
    isTerminal: false,
    env: {},
    has: () => true,
  };
  test.each([
    ['root needs none', { isRoot: true }, 'direct'],
    ['a terminal is asked on', { isTerminal: true }, 'sudo'],
    ['a screen is asked on', { env: { DISPLAY: ':0' } }, 'pkexec'],
    ['a screen of Wayland too', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, 'pkexec'],
    ['a screen without pkexec asks nobody', { env: { DISPLAY: ':0' }, has: () => false }, 'none'],
    ['without either nobody is', {}, 'none'],
    ['nor in CI', { isTerminal: true, env: { CI: '1' } }, 'none'],
    ['macOS asks in a window', { platform: 'darwin' as const }, 'osascript'],
    ['but not over SSH', { platform: 'darwin' as const, env: { SSH_CONNECTION: 'x' } }, 'none'],
    ['macOS at a terminal asks there', { platform: 'darwin' as const, isTerminal: true }, 'sudo'],
    ['Windows asks in a window', { platform: 'win32' as const }, 'powershell'],
  ])('%s', (_title, some, way) => {
    expect(elevationWay({ ...facts, ...some })).toBe(way);
  });

  test.each([
    ['direct', ['sh', '/d/run.sh']],
    ['sudo', ['sudo', '--', 'sh', '/d/run.sh']],
    ['pkexec', ['pkexec', 'sh', '/d/run.sh']],
  ] as const)('%s starts %j', (way, argv) => {
    expect(askFor(way, '/d/run.sh')).toEqual(argv);
  });

  test('osascript and PowerShell quote the path for each who reads it', () => {
    expect(askFor('osascript', '/a b/"x"/run.sh')[2]).toBe(
      `do shell script "sh '/a b/\\"x\\"/run.sh'" with prompt "Berth changes how names are found or whom this machine trusts." with administrator privileges`,
    );
    expect(askFor('powershell', "C:\\Bo's\\run.ps1").at(-1)).toContain(
      `'-File','"C:\\Bo''s\\run.ps1"'; exit $p.ExitCode`,
    );
  });
});

describe('as scripts', () => {
  const steps: readonly Step[] = [
    {
      says: 'Change a file',
      needsRoot: true,
      file: { path: '/etc/hosts', before: bytes('a'), after: bytes('b') },
    },
    {
      says: 'Make a file',
      needsRoot: true,
      file: { path: '/etc/new dir/x', before: null, after: bytes('c'), mode: 0o600 },
    },
    {
      says: 'Remove a file',
      needsRoot: true,
      file: { path: '/etc/d/y', before: bytes('d'), after: null, emptied: '/etc/d' },
    },
    { says: 'Tell it', needsRoot: true, command: ['tell', "it's"], mayFail: true },
  ];

  test('sh is given what it needs and no more', () => {
    const { text, files } = shellScript(steps, '/s');
    expect(files.map(({ name, data }) => [name, data.toString()])).toEqual([
      ['0.before', 'a'],
      ['0.after', 'b'],
      ['1.after', 'c'],
      ['2.before', 'd'],
    ]);
    expect(text).toMatchSnapshot();
  });

  test('PowerShell reads each quotation mark as one that it takes for its own', () => {
    const path = "C:\\Seán O’Brien\\a‘b‚c‛d'e";
    const { text } = powershellScript(
      [{ says: 'Run', needsRoot: true, command: ['run', path] }],
      'C:\\s',
    );
    expect(text).toContain("'C:\\Seán O’’Brien\\a‘‘b‚‚c‛‛d''e'");
  });

  test('PowerShell is told that its script is UTF-8, in which a letter may have a byte of a quotation mark', () => {
    expect(powershellScript([], 'C:\\s').text.charCodeAt(0)).toBe(0xfeff);
  });

  test('PowerShell too', () => {
    expect(powershellScript(steps, 'C:\\s').text).toMatchSnapshot();
  });
});

describe('carried out', () => {
  let directory: TemporaryDirectory;
  const at = (name: string): string => join(directory.path, name);
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  const carry = (steps: readonly Step[], way: 'direct' | 'none' = 'direct') =>
    carryOut(steps, { way, platform: 'linux', run: runTool, directory: at('scripts') });
  const write = (
    path: string,
    before: string | null,
    after: string | null,
    more: object = {},
    needsRoot = true,
  ): Step => ({
    says: `Write ${path}`,
    needsRoot,
    file: {
      path,
      before: before === null ? null : bytes(before),
      after: after === null ? null : bytes(after),
      ...more,
    },
  });

  test.each([true, false])(
    'a file keeps its mode, and every byte (by a script: %s)',
    async (needsRoot) => {
      const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
      await writeFile(at('hosts'), bytes(all));
      await chmod(at('hosts'), 0o640);
      const { results } = await carry([
        write(at('hosts'), all, `${all}\n%s \\n '$x`, {}, needsRoot),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['done']);
      expect((await readFile(at('hosts'))).equals(bytes(`${all}\n%s \\n '$x`))).toBe(true);
      expect((await stat(at('hosts'))).mode & 0o777).toBe(0o640);
      expect(await readdir(directory.path)).not.toContain('.hosts.berth');
    },
  );

  test('no script is run from where others can write', async () => {
    await mkdir(at('scripts'));
    await chmod(at('scripts'), 0o777);
    const { results } = await carry([write(at('new'), null, 'after')]);
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ['failed', expect.stringContaining('others may write to it')],
    ]);
    expect(await readdir(directory.path)).toEqual(['scripts']);
  });

  test('programs find those of an administrator, whatever the shell that starts it has', async () => {
    const command = ['sh', '-c', `echo "$PATH" >${at('path')}`] as const;
    await carryOut([{ says: 'Look', needsRoot: true, command }], {
      way: 'direct',
      platform: 'linux',
      run: (argv) => runTool(['env', 'PATH=/usr/bin:/bin', ...argv]),
      directory: at('scripts'),
    });
    expect(await readFile(at('path'), 'utf8')).toBe(
      '/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\n',
    );
  });

  test('a program of a script ends its work, whoever presses Ctrl-C or closes the terminal', async () => {
    const command = ['sh', '-c', `kill -INT $$; kill -HUP $$; echo on >${at('on')}`] as const;
    const { results } = await carry([{ says: 'Go on', needsRoot: true, command }]);
    expect(results.map(({ status }) => status)).toEqual(['done']);
    expect(await readFile(at('on'), 'utf8')).toBe('on\n');
  });

  test('no path ends its word in a script, whatever is hidden in it', async () => {
    const more = "a\u200b\n'||echo >ended;#\\";
    await mkdir(at(more));
    const path = join(at(more), 'hosts');
    await writeFile(path, 'before');
    const touch: Step = { says: 'Touch', needsRoot: true, command: ['touch', `${path}.2`] };
    const { results } = await carryOut([write(path, 'before', 'after'), touch], {
      way: 'direct',
      platform: 'linux',
      run: ([program, ...rest]) => runTool(['env', '-C', directory.path, program, ...rest]),
      directory: join(at(more), 'scripts'),
    });
    expect(results.map(({ reason }) => reason)).toEqual(['', '']);
    expect(await readdir(directory.path)).toEqual([more]);
    expect(await readFile(path, 'utf8')).toBe('after');
    expect(await readFile(`${path}.2`, 'utf8')).toBe('');
  });

  test.each([true, false])('a file is replaced in one go (by a script: %s)', async (needsRoot) => {
    await writeFile(at('hosts'), 'before');
    await link(at('hosts'), at('other'));
    await carry([write(at('hosts'), 'before', 'after', {}, needsRoot)]);
    expect(await readFile(at('hosts'), 'utf8')).toBe('after');
    expect(await readFile(at('other'), 'utf8')).toBe('before');
  });

  test.each([true, false])(
    'what somebody else changed stays (by a script: %s)',
    async (needsRoot) => {
      await writeFile(at('hosts'), 'theirs');
      const { results } = await carry([
        write(at('hosts'), 'mine', 'after', {}, needsRoot),
        write(at('second'), null, 'x', {}, needsRoot),
      ]);
      expect(results.map(({ status, reason }) => [status, reason])).toEqual([
        [
          'failed',
          `${at('hosts')} was changed by somebody else meanwhile; look at it and try again`,
        ],
        ['left', 'a step before it was not done'],
      ]);
      expect(await readFile(at('hosts'), 'utf8')).toBe('theirs');
      expect(await readdir(directory.path)).not.toContain('second');
    },
  );

  test('of two that change the same file at once one does, and the other is told', async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(at('hosts'), 'before');
      const done = await Promise.all(
        ['one', 'two'].map(async (name) => {
          const { results } = await carryOut([write(at('hosts'), 'before', name)], {
            ...{ way: 'direct', platform: 'linux', run: runTool, directory: at(name) },
          });
          return results[0]?.status === 'done' ? [name] : [];
        }),
      );
      expect(done.flat()).toEqual([await readFile(at('hosts'), 'utf8')]);
    }
  });

  test('a file in the place of which a link has come is left alone, and so is what that leads to', async () => {
    await writeFile(at('other'), 'before');
    await symlink(at('other'), at('hosts'));
    for (const after of ['after', null]) {
      const { results } = await carry([write(at('hosts'), 'before', after)]);
      expect(results[0]?.reason).toContain('was changed by somebody else');
      expect(await readFile(at('other'), 'utf8')).toBe('before');
      expect((await lstat(at('hosts'))).isSymbolicLink()).toBe(true);
    }
  });

  test('a file that can be written in place alone, and not to its end, holds what it held', async () => {
    await writeFile(at('hosts'), 'before');
    const { text, files } = shellScript([write(at('hosts'), 'before', 'x'.repeat(4096))], at(''));
    for (const { name, data } of files) await writeFile(at(name), data);
    // As on a disk that is full, for a file that is mounted by itself.
    const script = `mv() { ulimit -f 1; trap '' XFSZ; return 1; }\n${text}`;
    const ran = await runTool(['sh', '-c', script]);
    expect(ran.status).not.toBe(0);
    expect(ran.stdout).not.toContain('done');
    expect(await readFile(at('hosts'), 'utf8')).toBe('before');
  });

  test.each([true, false])(
    'what was made goes with its directory (by a script: %s)',
    async (needsRoot) => {
      const path = at('new dir/berth.conf');
      await carry([write(path, null, 'x', { mode: 0o644 }, needsRoot)]);
      expect((await stat(path)).mode & 0o777).toBe(0o644);
      const gone = write(path, 'x', null, { emptied: at('new dir') }, needsRoot);
      expect((await carry([gone])).results[0]?.status).toBe('done');
      expect(await readdir(directory.path)).not.toContain('new dir');
    },
  );

  test('a directory with something else in it stays', async () => {
    await mkdir(at('d'));
    await writeFile(at('d/mine'), 'x');
    await writeFile(at('d/theirs'), 'y');
    await carry([write(at('d/mine'), 'x', null, { emptied: at('d') })]);
    expect(await readdir(at('d'))).toEqual(['theirs']);
  });

  test('a command that fails ends it, unless it may', async () => {
    const run = (script: string, more: object = {}): Step => ({
      says: script,
      needsRoot: true,
      command: ['sh', '-c', script],
      ...more,
    });
    const { results } = await carry([
      run('echo no >&2; exit 3', { mayFail: true }),
      run('exit 0'),
      run('echo why >&2; exit 3'),
      run('exit 0'),
    ]);
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ['done', ''],
      ['done', ''],
      ['failed', 'why'],
      ['left', 'a step before it was not done'],
    ]);
  });

  test('nobody to ask: nothing is done, and one command would do all of it', async () => {
    await writeFile(at('hosts'), 'a');
    const { results, byHand } = await carry([write(at('hosts'), 'a', 'b')], 'none');
    expect(results.map(({ status }) => status)).toEqual(['left']);
    expect(await readFile(at('hosts'), 'utf8')).toBe('a');
    const [, script = ''] = /^sudo sh (\S+)$/.exec(byHand ?? '') ?? [];
    await runTool(['sh', script]);
    expect(await readFile(at('hosts'), 'utf8')).toBe('b');
  });

  test('a command that a person was given for one plan never does another one', async () => {
    await writeFile(at('hosts'), 'a');
    const given = async (after: string): Promise<string> => {
      const { byHand } = await carry([write(at('hosts'), 'a', after)], 'none');
      return byHand?.replace('sudo sh ', '') ?? '';
    };
    const first = await given('first');
    expect(await given('first')).toBe(first);
    await given('second');
    expect((await runTool(['sh', first])).status).not.toBe(0);
    expect(await readFile(at('hosts'), 'utf8')).toBe('a');
  });

  test('scripts lie in a directory for their user alone, and go', async () => {
    await carry([write(at('x'), null, 'x')]);
    expect((await stat(at('scripts'))).mode & 0o777).toBe(0o700);
    expect(await readdir(at('scripts'))).toEqual([]);
  });
});
