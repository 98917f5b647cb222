import { chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isRoot, itWhen, rootReason } from '../../../test/support/requirement.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import type { NamesChange } from '../../shared/contract/names.ts';
import { limits } from '../../shared/limits.ts';
import { type Run, runTool } from '../elevation/index.ts';
import type { MachineInputs } from './machine.ts';
import { createNames, type Names } from './names.ts';
import type { NamesWanted } from './namesWanted.ts';
import { ownerOf } from './owner.ts';
import type { Asked } from './resolvers/asked.ts';

let place: TemporaryDirectory;
let wanted: NamesWanted;
/** Whether the resolver asks us, once it is told to. */
let asks: Asked['asks'];
let time = 0;
beforeEach(async () => {
  place = await temporaryDirectory();
  await mkdir(join(place.path, 'etc'));
  time = 0;
  asks = 'yes';
  wanted = {
    suffixes: ['localhost', 'dev.local'],
    sharedSuffixes: [],
    frontends: ['app.dev.local', '*.dev.local', 'www.example.com'],
    dns: { address: '127.0.0.1', port: 15_353 },
    isKept: false,
  };
});
afterEach(() => place[Symbol.asyncDispose]());

const etc = (...names: string[]): string => join(place.path, 'etc', ...names);
const put = async (name: string, text: string): Promise<void> => {
  await mkdir(join(etc(name), '..'), { recursive: true });
  await writeFile(etc(name), text);
};
/** Every file under etc, with what it holds. */
async function everything(): Promise<Record<string, string>> {
  const entries = await readdir(etc(), { recursive: true, withFileTypes: true });
  const all: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    all[path] = entry.isFile() ? await readFile(path, 'latin1') : 'a directory';
  }
  return all;
}

/** Programs of the system are written down, and never run; the scripts of steps are run. */
function machineOf(
  platform: NodeJS.Platform = 'linux',
  answers: Record<string, string> = {},
  data = 'data',
) {
  const ran: string[] = [];
  const run: Run = async (argv, options) => {
    const line = argv.join(' ');
    if (argv[0] === 'sh') {
      const script = await readFile(argv[1] ?? '', 'utf8');
      const tamed = script.replaceAll(/^(systemctl|nmcli|dscacheutil|killall) .*$/gm, (command) => {
        ran.push(command.replace(' >&2', ''));
        return 'true';
      });
      await writeFile(argv[1] ?? '', tamed);
      return runTool(argv, options);
    }
    const answer = answers[argv[0] ?? ''];
    if (answer === undefined) ran.push(line);
    return { status: answer === undefined ? null : 0, stdout: answer ?? '', stderr: '' };
  };
  const machine: MachineInputs = {
    platform,
    paths: {
      hosts: etc('hosts'),
      etc: etc(),
      kernelRelease: join(place.path, 'osrelease'),
      runSystemd: join(place.path, 'run'),
    },
    run,
    isRoot: true,
    ownerOf: async () => ({ name: 'dnsmasq' }),
  };
  const names = createNames({
    machine,
    wanted: () => wanted,
    askResolver: async ({ suffixes }) => ({ asks, says: `x.${suffixes.at(-1)} was looked up` }),
    elevation: { way: 'direct', platform, run, directory: join(place.path, 'scripts') },
    dataDirectory: join(place.path, data),
    wallClock: () => time++ * 1000,
  });
  return { names, ran };
}

const change = (action: NamesChange['action'], more: Partial<NamesChange> = {}): NamesChange => ({
  action,
  hosts: [],
  ...more,
});

/** As a person who looks, and agrees. */
const made = async (names: Names, asked: NamesChange) =>
  await names.change({ plan: (await names.plan(asked)).id });

const resolved = async (): Promise<void> => {
  await put('resolv.conf', 'nameserver 127.0.0.53\n');
  await put('nsswitch.conf', 'hosts: files resolve [!UNAVAIL=return] dns\n');
};

describe('install and uninstall', () => {
  test('leave the machine as it was, byte for byte', async () => {
    await resolved();
    await put('hosts', '127.0.0.1 localhost\r\n10.0.0.1 x');
    const before = await everything();
    const { names, ran } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    const done = await made(names, change('install'));
    expect(done.problems).toEqual([]);
    expect(done.results.map(({ status, step }) => `${status}: ${step.says}`)).toEqual([
      `done: Keep a copy of ${etc('hosts')} as ${join(place.path, 'data/backups/hosts.1970-01-01T00-00-00.000Z')}`,
      `done: In ${etc('hosts')}, add 3 hosts`,
      `done: Write ${etc('systemd/resolved.conf.d/berth.conf')}`,
      'done: Have systemd-resolved read it',
      `done: Note in ${etc('systemd/resolved.conf.d/berth.conf')} that it was read`,
    ]);
    expect(ran).toEqual(['systemctl restart systemd-resolved.service']);
    expect(await readFile(etc('hosts'), 'utf8')).toContain('\r\n127.0.0.1\tapp.dev.local\r\n');
    expect((await names.plan(change('install'))).steps).toEqual([]);
    const undone = await made(names, change('uninstall'));
    expect(undone.results.map(({ status, step }) => `${status}: ${step.says}`)).toEqual([
      expect.stringContaining('done: Keep a copy'),
      `done: Take the block of Berth out of ${etc('hosts')}`,
      `done: Empty ${etc('systemd/resolved.conf.d/berth.conf')}`,
      'done: Have systemd-resolved read it',
      `done: Remove ${etc('systemd/resolved.conf.d/berth.conf')}`,
    ]);
    expect(await everything()).toEqual({ ...before, [etc('systemd')]: 'a directory' });
  });

  test('a resolver that has not read what it is told is told again, until it asks', async () => {
    await resolved();
    await put('hosts', '');
    const { names, ran } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    asks = 'no';
    const done = await made(names, change('install', { way: 'dns' }));
    expect(done.results.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(done.problems).toEqual([
      'systemd-resolved was told, and does not ask yet: x.dev.local was looked up',
    ]);
    const restart = ['systemctl', 'restart', 'systemd-resolved.service'];
    const again = await names.plan(change('install'));
    expect(again.steps.filter(({ file }) => file === null)).toMatchObject([{ command: restart }]);
    expect((await names.look({ hosts: [] })).resolver).toMatchObject({
      ...{ state: 'untold', tried: 'x.dev.local was looked up' },
    });
    ran.length = 0;
    await names.change({ plan: again.id });
    expect(ran).toEqual([restart.join(' ')]);
    asks = 'untried';
    expect((await names.plan(change('install'))).steps).toEqual([]);
    expect((await names.look({ hosts: [] })).resolver.state).toBe('untried');
    asks = 'yes';
    expect((await names.plan(change('install'))).steps).toEqual([]);
    expect((await names.look({ hosts: [] })).resolver.state).toBe('installed');
  });

  test.each(['untried', 'no', 'yes'] as const)(
    'that was cut off before the resolver was told goes on, when its look-up is %s',
    async (found) => {
      await resolved();
      await put('hosts', '');
      const { names, ran } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
      asks = found;
      const [write] = (await names.steps(change('install', { way: 'dns' }))).steps;
      if (write === undefined) throw new Error('nothing to do');
      await names.carry({ steps: [write], problems: [], byHand: [] });
      expect((await names.look({ hosts: [] })).resolver).toMatchObject(
        found === 'yes'
          ? { state: 'installed' }
          : { state: 'untold', tried: expect.stringMatching(/cut off|looked up/) },
      );
      asks = 'yes';
      const left = await names.plan(change('install', { way: 'dns' }));
      expect(left.steps.map(({ file }) => file === null)).toEqual([true, false]);
      await names.change({ plan: left.id });
      expect(ran).toEqual(['systemctl restart systemd-resolved.service']);
      asks = 'untried';
      expect((await names.plan(change('install', { way: 'dns' }))).steps).toEqual([]);
      expect((await names.look({ hosts: [] })).resolver.state).toBe('untried');
    },
  );

  test('of one way leave the other alone', async () => {
    await resolved();
    await put('hosts', '');
    const { names } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    const paths = async (way: 'hosts-file' | 'dns') =>
      (await names.plan(change('install', { way }))).steps.map(({ file }) => file?.path);
    expect(await paths('hosts-file')).toEqual([expect.stringContaining('backups'), etc('hosts')]);
    const file = etc('systemd/resolved.conf.d/berth.conf');
    expect(await paths('dns')).toEqual([file, undefined, file]);
  });

  test('where no resolver can be told, the hosts file is enough; who asked for DNS hears why not', async () => {
    await put('hosts', '');
    await put('resolv.conf', 'nameserver 10.0.0.1\n');
    const { names } = machineOf();
    expect((await names.plan(change('install'))).problems).toEqual([]);
    expect(await names.plan(change('install', { way: 'dns' }))).toMatchObject({
      steps: [],
      problems: ['a resolv.conf can name neither a port nor a domain: the hosts file is the way'],
    });
    wanted = { ...wanted, dns: null };
    await resolved();
    expect((await names.plan(change('install', { way: 'dns' }))).problems).toEqual([
      'Berth has no DNS server here: give it a port with names.dnsPort',
    ]);
  });

  test('a plan shows the lines that come and go', async () => {
    await put('hosts', 'a\n');
    const { names } = machineOf();
    await made(names, change('install', { way: 'hosts-file' }));
    wanted = { ...wanted, frontends: [] };
    const { steps } = await names.plan(change('install', { way: 'hosts-file' }));
    expect(steps.at(-1)?.file?.lines).toEqual([
      '@@ -3,2 +2,0 @@',
      '-127.0.0.1\tapp.dev.local',
      '-::1\tapp.dev.local',
    ]);
  });

  const file = (): Promise<string> => readFile(etc('hosts'), 'utf8');
  const remembered = (): string => join(place.path, 'data/names/by-hand');

  test('a host under no suffix is in the hosts file once it was asked for by name, for as long as it is a host', async () => {
    await put('hosts', '');
    const { names } = machineOf();
    const plan = await names.plan(
      change('install', { hosts: ['WWW.example.com.', 'nobody.test'] }),
    );
    expect(plan).toMatchObject({
      problems: [
        'there is no host nobody.test to be found: add it first, as by berth add nobody.test 3000',
      ],
      byHand: ['www.example.com'],
    });
    expect(plan.steps[0]?.says).toBe('Remember that you asked for www.example.com by name');
    await names.change({ plan: plan.id });
    expect(await file()).toContain('www.example.com');
    expect(await readFile(remembered(), 'utf8')).toBe('www.example.com\n');
    const later = await names.plan(change('install'));
    expect(later).toMatchObject({ steps: [], byHand: [] });
    expect(await names.look({ hosts: [] })).toMatchObject({
      foreign: [],
      byHand: ['www.example.com'],
    });
    wanted = { ...wanted, frontends: ['app.dev.local'] };
    await made(names, change('install'));
    expect(await file()).not.toContain('www.example.com');
    // It comes again by the same word, which is shown.
    wanted = { ...wanted, frontends: ['app.dev.local', 'www.example.com'] };
    expect((await names.plan(change('install'))).byHand).toEqual(['www.example.com']);
    await made(names, change('uninstall'));
    expect(await everything()).toEqual({ [etc('hosts')]: '' });
    await expect(readFile(remembered())).rejects.toThrow('ENOENT');
    expect((await names.look({ hosts: [] })).foreign).toEqual(['www.example.com']);
  });

  test('no store puts a name of no suffix into the hosts file, however often it is kept or installed', async () => {
    await put('hosts', '127.0.0.1 localhost\n10.0.0.9 intern.dev.local\n');
    const foreign = ['bank.example', 'vault.internal', 'printer', 'localhost', '10.0.0.1'];
    wanted = { ...wanted, frontends: [...foreign, 'intern.dev.local', 'app.dev.local'] };
    const { names } = machineOf();
    expect(await names.keep()).toBeNull();
    await made(names, change('install'));
    const block = (await file()).split('\n').slice(2).join('\n');
    expect(block.match(/^127\.0\.0\.1\t.*$/gm)).toEqual(
      ['app.dev.local', 'welcome.dev.local', 'welcome.localhost'].map((one) => `127.0.0.1\t${one}`),
    );
    const asked = change('install', { hosts: ['printer', '10.0.0.1', 'intern.dev.local'] });
    expect((await names.plan(asked)).problems).toEqual([
      expect.stringMatching(/^printer has no dot.*never put into the hosts file$/),
      expect.stringMatching(/^10\.0\.0\.1 is a number, or an address/),
      `${etc('hosts')} has a line of somebody else for intern.dev.local, which stays as it is`,
    ]);
  });

  itWhen(
    isRoot,
    rootReason,
    'what another user can have written is no word of this one',
    async () => {
      await put('hosts', '');
      const { names } = machineOf();
      await made(names, change('install', { hosts: ['www.example.com'] }));
      await chown(remembered(), 4711, 4711);
      const problem = expect.stringContaining('by-hand: it belongs to another user');
      expect((await names.plan(change('install'))).problems).toEqual([problem]);
      expect((await names.look({ hosts: [] })).hostsFile).toMatchObject({
        state: 'broken',
        problem,
      });
      expect(await names.keep()).toEqual(problem);
    },
  );

  test('what a block has by itself is no word of a person', async () => {
    await put('hosts', '');
    const { names } = machineOf();
    await made(names, change('install'));
    await put('hosts', (await file()).replaceAll('app.dev.local', 'bank.example'));
    wanted = { ...wanted, frontends: ['bank.example'] };
    expect(await names.keep()).toBeNull();
    expect(await file()).not.toContain('bank.example');
    wanted = { ...wanted, frontends: null };
    await put('hosts', (await file()).replaceAll('welcome.localhost', 'bank.example'));
    await made(names, change('install'));
    expect(await file()).not.toContain('bank.example');
  });

  test('two instances have a block each, and the last to go leaves the machine as it was', async () => {
    await put('hosts', '127.0.0.1 localhost');
    await put('resolv.conf', 'nameserver 127.0.0.1\n');
    await put('dnsmasq.conf', 'conf-dir=/etc/dnsmasq.d\n');
    const before = await everything();
    const one = machineOf().names;
    const two = machineOf('linux', {}, 'other').names;
    const here = wanted;
    const there = { ...wanted, frontends: ['second.dev.local'] };
    const as = async (which: typeof wanted, names: Names, action: NamesChange['action']) => {
      wanted = which;
      return await made(names, change(action));
    };
    await as(here, one, 'install');
    const taking = await as(there, two, 'install');
    expect(taking.results.map(({ step }) => step.says).join()).toContain(
      `has it ask another instance of Berth (${join(place.path, 'data')}) until now`,
    );
    expect(await file()).toContain('\tapp.dev.local');
    expect(await file()).toContain('\tsecond.dev.local');
    wanted = here;
    const look = await one.look({ hosts: [] });
    expect(look.resolver).toMatchObject({
      ...{ state: 'absent', other: join(place.path, 'other') },
    });
    expect(look.hostsFile).toMatchObject({ state: 'installed', excess: [] });
    await as(here, one, 'uninstall');
    expect(await file()).not.toContain('app.dev.local');
    expect(await file()).toContain('\tsecond.dev.local');
    expect(await readdir(etc('dnsmasq.d'))).toEqual(['berth.conf']);
    await as(there, two, 'uninstall');
    expect(await everything()).toEqual(before);
  });

  test('without an instance the hosts of the file stay', async () => {
    await put('hosts', '');
    const { names } = machineOf();
    await made(names, change('install'));
    wanted = { ...wanted, frontends: null };
    expect((await names.plan(change('install'))).steps).toEqual([]);
  });

  test('a link to the hosts file stays one', async () => {
    await put('real/hosts', 'x\n');
    await symlink('real/hosts', etc('hosts'));
    const { names } = machineOf();
    await made(names, change('install'));
    expect(await readFile(etc('real/hosts'), 'utf8')).toContain('app.dev.local');
    expect((await names.look({ hosts: [] })).hostsFile.path).toBe(etc('real/hosts'));
  });

  test('so many copies of the hosts file are kept', async () => {
    await put('hosts', 'x\n');
    const { names } = machineOf();
    for (let n = 0; n < 7; n++) {
      await made(names, change('install'));
      await made(names, change('uninstall'));
    }
    const copies = (await readdir(join(place.path, 'data/backups'))).sort();
    expect(copies).toHaveLength(limits.maxHostsFileCopies);
    expect(copies[0]).not.toContain('00-00-00');
  });

  test('a hosts file that is to be kept, and cannot be written, is copied once', async () => {
    await put('hosts', 'x\n');
    // Stands where a script puts the file that is to take its place.
    await mkdir(etc('.hosts.berth'));
    const { names } = machineOf();
    for (let n = 0; n < limits.maxHostsFileCopies + 2; n++) {
      wanted = { ...wanted, frontends: [`h${n}.dev.local`] };
      expect(await names.keep()).toContain('.hosts.berth');
    }
    expect(await readdir(join(place.path, 'data/backups'))).toHaveLength(1);
  });

  test('files of a resolver that is not in charge any more go too', async () => {
    await put('hosts', '');
    await put('resolv.conf', 'nameserver 127.0.0.1\n');
    await put('dnsmasq.conf', 'conf-dir=/etc/dnsmasq.d\n');
    const { names } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    await made(names, change('install', { way: 'dns' }));
    expect(await readdir(etc('dnsmasq.d'))).toEqual(['berth.conf']);
    await resolved();
    await made(names, change('uninstall', { way: 'dns' }));
    expect(await readdir(etc())).not.toContain('dnsmasq.d');
  });
});

describe('what was shown', () => {
  test('is done, whatever would be planned by now', async () => {
    await put('hosts', '');
    const { names } = machineOf();
    const { id, steps } = await names.plan(change('install'));
    wanted = { ...wanted, frontends: ['later.dev.local', 'app.dev.local'] };
    const { results } = await names.change({ plan: id });
    expect(results.map(({ step }) => step)).toEqual(steps);
    const text = await readFile(etc('hosts'), 'utf8');
    expect(text).toContain('app.dev.local');
    expect(text).not.toContain('later.dev.local');
  });

  test.each([
    ['was edited', async () => await writeFile(etc('hosts'), 'y\n')],
    ['lost its last line end', async () => await writeFile(etc('hosts'), 'x')],
    ['has other line ends', async () => await writeFile(etc('hosts'), 'x\r\n')],
    ['is gone', async () => await rm(etc('hosts'))],
    [
      'is a link to another file',
      async () => {
        await rm(etc('hosts'));
        await put('elsewhere', 'other\n');
        await symlink('elsewhere', etc('hosts'));
      },
    ],
  ])('is not done when the file %s since: nobody is asked for rights', async (_what, edit) => {
    await put('hosts', 'x\n');
    const { names } = machineOf();
    const { id } = await names.plan(change('install'));
    await edit();
    const before = await everything();
    await expect(names.change({ plan: id })).rejects.toMatchObject({
      code: 'BERTH_PLAN_OUTDATED',
      detail: `${etc('hosts')} has changed since: look again`,
    });
    expect(await everything()).toEqual(before);
    expect(await readdir(place.path)).not.toContain('scripts');
  });

  test('is not done when a file came where none was', async () => {
    await resolved();
    await put('hosts', '');
    const { names } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    const { id } = await names.plan(change('install', { way: 'dns' }));
    await put('systemd/resolved.conf.d/berth.conf', '[Resolve]\n');
    await expect(names.change({ plan: id })).rejects.toMatchObject({ code: 'BERTH_PLAN_OUTDATED' });
  });

  test('is done once, in its time, and by its id alone', async () => {
    await put('hosts', '');
    const { names } = machineOf();
    const refused = { code: 'BERTH_PLAN_OUTDATED', detail: expect.stringContaining('look again') };
    const { id } = await names.plan(change('install'));
    await names.change({ plan: id });
    await expect(names.change({ plan: id })).rejects.toMatchObject(refused);
    const late = await names.plan(change('uninstall'));
    time += limits.heldPlanMs / 1000 + 1;
    await expect(names.change({ plan: late.id })).rejects.toMatchObject(refused);
    await expect(names.change({ plan: '0'.repeat(32) })).rejects.toMatchObject(refused);
    // Another instance's is none of this one's.
    const other = await machineOf('linux', {}, 'other').names.plan(change('install'));
    await expect(names.change({ plan: other.id })).rejects.toMatchObject(refused);
  });
});

describe('a look', () => {
  test('tells the hosts file, the resolver, and each host', async () => {
    await resolved();
    await put('hosts', '10.9.9.9 app.dev.local\n');
    const { names } = machineOf('linux', { resolvectl: 'systemd 252 (252.39)\n' });
    const first = await names.look({ hosts: [] });
    expect(first).toMatchObject({
      hostsFile: {
        path: etc('hosts'),
        state: 'absent',
        // The line of somebody else stays the only one for its name.
        missing: ['welcome.dev.local', 'welcome.localhost'],
      },
      resolver: { id: 'systemd-resolved', state: 'absent', problem: '' },
      wildcards: ['*.dev.local'],
      foreign: ['www.example.com'],
    });
    await made(names, change('install'));
    const { hostsFile, resolver, findings, hosts } = await names.look({});
    // It is not in the block, and is looked up all the same.
    expect(hosts.map(({ host }) => host)).toContain('app.dev.local');
    expect([hostsFile.state, resolver.state]).toEqual(['installed', 'installed']);
    expect(findings).toEqual([
      expect.objectContaining({
        id: 'hosts-file-conflict',
        says: `line 1 of ${etc('hosts')} sends app.dev.local to 10.9.9.9`,
      }),
    ]);
    wanted = { ...wanted, suffixes: ['test'], frontends: ['a.test'] };
    const later = await names.look({ hosts: [] });
    expect([later.hostsFile.state, later.resolver.state]).toEqual(['outdated', 'outdated']);
    expect(later.hostsFile.excess).toContain('welcome.dev.local');
  });

  test('names a hosts file that cannot be used', async () => {
    const { id } = ownerOf(join(place.path, 'data'));
    await put('hosts', `# END berth ${id}\n`);
    const { names } = machineOf();
    const { hostsFile } = await names.look({ hosts: [] });
    expect(hostsFile).toMatchObject({
      state: 'broken',
      problem: expect.stringContaining('line 1'),
    });
    expect((await names.plan(change('install'))).problems).toEqual([hostsFile.problem]);
    expect((await names.plan(change('uninstall'))).problems).toEqual([hostsFile.problem]);
  });
});

test('a Linux inside Windows is known by its kernel', async () => {
  await put('hosts', '');
  await writeFile(join(place.path, 'osrelease'), '5.15.167.4-microsoft-standard-WSL2\n');
  const { names } = machineOf();
  const { findings } = await names.look({ hosts: [] });
  expect(findings.map(({ id }) => id)).toEqual(['wsl']);
  // What the finding asks for is done.
  await put('wsl.conf', '[network]\ngenerateHosts = false\n');
  expect((await names.look({ hosts: [] })).findings).toEqual([]);
});

test('macOS warns of .local until one of the ways is installed', async () => {
  await put('hosts', '');
  const { names } = machineOf('darwin');
  const ids = async () => (await names.look({ hosts: [] })).findings.map(({ id }) => id);
  expect(await ids()).toEqual(['macos-local']);
  await made(names, change('install', { way: 'hosts-file' }));
  expect(await ids()).toEqual([]);
  await made(names, change('uninstall'));
  await made(names, change('install', { way: 'dns' }));
  expect(await ids()).toEqual([]);
  asks = 'no';
  expect(await ids()).toEqual(['macos-local']);
});

describe('the rules of Windows', () => {
  test('are asked for, and told on port 53 alone', async () => {
    await put('hosts', '');
    const { names } = machineOf('win32', { 'powershell.exe': '[]' });
    expect((await names.look({ hosts: [] })).resolver).toMatchObject({
      id: 'windows',
      state: 'unavailable',
      problem: expect.stringContaining('names.dnsPort to 53'),
    });
    wanted = { ...wanted, dns: { address: '127.0.0.1', port: 53 } };
    expect((await names.plan(change('install', { way: 'dns' }))).steps).toHaveLength(2);
  });
});

describe('the hosts file is kept', () => {
  test('by itself, with one copy', async () => {
    await put('hosts', 'x\n');
    const { names } = machineOf();
    expect(await names.keep()).toBeNull();
    wanted = { ...wanted, frontends: ['b.dev.local'] };
    expect(await names.keep()).toBeNull();
    expect(await readFile(etc('hosts'), 'utf8')).toContain('b.dev.local');
    expect(await readdir(join(place.path, 'data/backups'))).toHaveLength(1);
  });

  test('by nobody who would have to be asked for rights', async () => {
    await put('hosts', 'x\n');
    const run = vi.fn<Run>();
    const names = createNames({
      machine: {
        platform: 'linux',
        paths: {
          hosts: etc('hosts'),
          etc: etc(),
          kernelRelease: join(place.path, 'osrelease'),
          runSystemd: place.path,
        },
        run,
        isRoot: true,
        ownerOf: async () => null,
      },
      wanted: () => wanted,
      askResolver: async () => ({ asks: 'untried', says: '' }),
      elevation: { way: 'pkexec', platform: 'linux', run, directory: place.path },
      dataDirectory: place.path,
      wallClock: () => 0,
    });
    expect(await names.keep()).toBe(`${etc('hosts')} may not be written by this user`);
    expect(run).not.toHaveBeenCalled();
  });
});
