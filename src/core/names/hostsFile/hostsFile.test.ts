import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { Owner } from '../owner.ts';
import { readHostsText, withBlock, withoutBlock } from './block.ts';
import { hostsEntries, namesInBlock, namesOfOthers } from './entries.ts';
import { planHostsFile } from './steps.ts';
import { wantedNames, whyNever } from './wanted.ts';

const owner: Owner = { id: '0a1b2c3d', of: '/home/one/.local/share/berth' };
const second: Owner = { id: '4e5f6a7b', of: '/home/two/.local/share/berth' };

const made = (
  text: string | null,
  names: readonly string[],
  lineEnd: '\n' | '\r\n' = '\n',
  whose = owner,
) => {
  const result = withBlock(text, names, lineEnd, whose);
  if (!result.ok) throw new Error(result.problem);
  return result.text;
};
const removed = (text: string, whose = owner) => {
  const result = withoutBlock(text, whose);
  if (!result.ok) throw new Error(result.problem);
  return result.text;
};

const head = `# BEGIN berth ${owner.id}: hosts of ${owner.of}; "berth names uninstall" takes them out`;
const end = `# END berth ${owner.id}`;

describe('the block of the hosts file', () => {
  test('has each host on both families, behind what is there', () => {
    expect(made('127.0.0.1 localhost\n', ['a.test', 'b.test'])).toBe(
      `127.0.0.1 localhost\n${head}\n127.0.0.1\ta.test\n::1\ta.test\n127.0.0.1\tb.test\n::1\tb.test\n${end}\n`,
    );
  });

  test('is written again in its place', () => {
    const first = made('before\n', ['a.test']);
    const later = `${first}after\n`;
    expect(made(later, ['b.test'])).toBe(
      `before\n${head}\n127.0.0.1\tb.test\n::1\tb.test\n${end}\nafter\n`,
    );
    expect(removed(later)).toBe('before\nafter\n');
  });

  test('has the line ends of the file', () => {
    const text = made('127.0.0.1 localhost\r\n', ['a.test'], '\n') ?? '';
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(made('', ['a.test'], '\r\n')).toMatch(/^# BEGIN[^\n]*\r\n/);
  });

  test('goes with the file when that came with it, unless others wrote to it', () => {
    const text = made(null, ['a.test']) ?? '';
    expect(removed(text)).toBeNull();
    expect(removed(`${text}10.0.0.1 x\n`)).toBe('10.0.0.1 x\n');
    expect(removed(made('', ['a.test']) ?? '')).toBe('');
  });

  test('leaves a last line without an end as it was, unless something stands behind it by then', () => {
    const text = made('10.0.0.1 x', ['a.test']) ?? '';
    expect(removed(text)).toBe('10.0.0.1 x');
    expect(removed(`${text}10.0.0.2 y`)).toBe('10.0.0.1 x\n10.0.0.2 y');
  });

  test('without names there is none', () => {
    expect(made('x\n', [])).toBe('x\n');
    expect(made(null, [])).toBeNull();
    expect(made(made('x', ['a.test']), [])).toBe('x');
  });

  test('that was copied becomes one', () => {
    const one = made('', ['a.test']) ?? '';
    expect(made(`x\n${one}y\n${one}z\n`, ['b.test'])).toBe(`x\n${made('', ['b.test'])}y\nz\n`);
  });

  test.each([
    [`${head}\n127.0.0.1 a\n`, 'has no end'],
    [`x\n${end}\n`, 'line 2 ends a block that did not begin'],
    [`${head}\n${head}\n${end}\n`, 'line 2 begins a second block'],
    [`${head}\n# END berth ${second.id}\n${end}\n`, 'line 2 ends another block inside it'],
  ])('that is broken is left alone: %j', (text, problem) => {
    for (const result of [withBlock(text, ['a.test'], '\n', owner), withoutBlock(text, owner)]) {
      expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
    }
  });

  test('comes and goes without a byte of anybody else changing', () => {
    const anyLine = fc.oneof(
      fc.stringMatching(/^[\x00-\x09\x0b-\xff]*$/),
      fc.constantFrom('', 'x\r', '\r'),
    );
    const file = fc
      .array(fc.tuple(anyLine, fc.constantFrom('\n', '\r\n', '\n\n')))
      .map((lines) => lines.flat().join(''));
    const names = fc.array(fc.constantFrom('a.test', 'b.test', 'c.local'), { minLength: 1 });
    fc.assert(
      fc.property(file, anyLine, names, names, (text, last, first, second) => {
        const original = text + last;
        fc.pre(!original.includes('berth'));
        const once = made(original, first) ?? '';
        expect(made(once, first)).toBe(once);
        expect(removed(once)).toBe(original);
        expect(removed(made(once, second) ?? '')).toBe(original);
      }),
      { numRuns: 500 },
    );
  });

  test('is one of several: no instance touches that of another, and the last to go leaves the file as it was', () => {
    const files = fc.constantFrom(null, '', 'x', 'x\n', 'x\r\n', 'x\r', '\n', 'x\r\ny', 'x\ny');
    const instances = [owner, second, { id: 'ffffffff', of: '/root' }] as const;
    const names = fc.subarray(['a.test', 'b.test', 'c.local'], { minLength: 1 });
    const turns = fc.array(fc.tuple(fc.constantFrom(0, 1, 2), fc.option(names)), { maxLength: 12 });
    const lineEnds = fc.constantFrom<'\n' | '\r\n'>('\n', '\r\n');
    fc.assert(
      fc.property(files, turns, lineEnds, (original, all, lineEnd) => {
        let text: string | null = original;
        const held = new Map<string, readonly string[]>();
        for (const [which, wanted] of [
          ...all,
          ...instances.map((_one, at) => [at, null] as const),
        ]) {
          const whose = instances[which];
          if (whose === undefined) continue;
          text = made(text, wanted ?? [], lineEnd, whose);
          held.set(whose.id, wanted ?? []);
          for (const { id } of instances) {
            expect(namesInBlock(text ?? '', { id })).toEqual(held.get(id) ?? []);
          }
        }
        expect(text).toBe(original);
      }),
      { numRuns: 1000 },
    );
  });

  test('of another instance that is broken keeps nobody from the own one', () => {
    const text = made('x\n', ['a.test']) ?? '';
    const broken = `# BEGIN berth ${second.id}: hosts\n127.0.0.1 b.test\n`;
    expect(removed(`${text}${broken}`)).toBe(`x\n${broken}`);
    expect(removed(`${broken}${text}`)).toBe(`${broken}x\n`);
    expect(withoutBlock(`${text}${broken}`, second)).toMatchObject({ ok: false });
  });

  test('of the file of this machine comes and goes too', async () => {
    const text = await readFile('/etc/hosts', 'latin1');
    expect(removed(made(text, ['app.dev.local']) ?? '')).toBe(text);
  });
});

describe('what a hosts file says', () => {
  const text = made('127.0.0.1 localhost LOCALHOST # x y\n10.0.0.1\tapp.test\nnonsense\n:: all\n', [
    'app.test',
  ]);

  test('is read with line and owner', () => {
    const entries = hostsEntries(text ?? '');
    expect(entries.get('app.test')).toEqual([
      { address: '10.0.0.1', family: 4, line: 2, isOurs: false },
      { address: '127.0.0.1', family: 4, line: 6, isOurs: true },
      { address: '::1', family: 6, line: 7, isOurs: true },
    ]);
    expect([...entries.keys()]).toEqual(['localhost', 'app.test', 'all']);
    expect(namesInBlock(text ?? '', owner)).toEqual(['app.test']);
    expect(namesInBlock(text ?? '', second)).toEqual([]);
  });

  test('of a broken block is not ours', () => {
    expect(namesInBlock(`${head}\n127.0.0.1 a\n`, owner)).toEqual([]);
    expect(readHostsText(`${head}\n`, owner).ok).toBe(false);
    expect(hostsEntries(`${head}\n127.0.0.1 a\n`).get('a')?.[0]?.isOurs).toBe(false);
  });

  test('of another instance is no line of others', () => {
    const both = made(text, ['app.test', 'b.test'], '\n', second) ?? '';
    expect(
      hostsEntries(both)
        .get('b.test')
        ?.map(({ isOurs }) => isOurs),
    ).toEqual([true, true]);
    expect([...namesOfOthers(both, new Set(['app.test', 'b.test', 'localhost', 'x']))]).toEqual([
      'localhost',
      'app.test',
    ]);
  });
});

describe('the hosts that it is to have', () => {
  const rest = { sharedSuffixes: [], agreed: [], takenOf: () => new Set<string>() };
  /** Whatever somebody may write into a store that others read. */
  const frontends = [
    'b.dev.local',
    'A.dev.local',
    'a.dev.local',
    '*.dev.local',
    '*',
    'bank.example',
    'shop.example.com',
    'x.test',
    'notdev.local',
    'dev.local',
    'vault.internal',
    'printer',
    'internal',
    'localhost',
    'ip6-localhost',
    'broadcasthost',
    'a b',
    'x\ny',
    'x.dev.local\n10.0.0.1 bank.example',
    'x.dev.local#',
    '10.0.0.1',
    '1.2',
    '1.2.3.dev.local.4',
    '0x7f.0x1',
    '[::1]',
    '::1',
    '',
  ];

  test('are frontends under the suffixes and the welcome page; of others those that a person has asked for', () => {
    const suffixes = ['dev.local'];
    const foreign = [
      'bank.example',
      'notdev.local',
      'shop.example.com',
      'vault.internal',
      'x.test',
    ];
    const none = wantedNames({ ...rest, suffixes, frontends });
    expect(none.names).toEqual(['a.dev.local', 'b.dev.local', 'dev.local', 'welcome.dev.local']);
    expect(none).toMatchObject({ agreed: [], foreign, wildcards: ['*', '*.dev.local'], left: 0 });
    const asked = wantedNames({
      ...{ ...rest, suffixes, frontends },
      agreed: ['shop.example.com', 'not.there', 'printer', '10.0.0.1'],
    });
    expect(asked.names).toEqual([...none.names, 'shop.example.com'].sort());
    expect(asked.agreed).toEqual(['shop.example.com']);
    expect(asked.foreign).toEqual(foreign.filter((name) => name !== 'shop.example.com'));
  });

  test('are never without a dot, even where a suffix is', () => {
    const suffixes = ['localhost', 'test', 'printer'];
    const { names, foreign } = wantedNames({ ...rest, suffixes, frontends });
    expect(names).toEqual(['welcome.localhost', 'welcome.printer', 'welcome.test', 'x.test']);
    expect(foreign.every((name) => name.includes('.'))).toBe(true);
  });

  test('are none that a line of somebody else has', () => {
    const text = '10.0.0.1 A.dev.local\n::1 shop.example.com\n127.0.0.1 welcome.dev.local\n';
    const wanted = wantedNames({
      ...{ suffixes: ['dev.local'], sharedSuffixes: [], frontends },
      agreed: ['shop.example.com'],
      takenOf: (names) => namesOfOthers(text, names),
    });
    expect(wanted.names).toEqual(['b.dev.local', 'dev.local']);
    expect(wanted.agreed).toEqual([]);
    expect(wanted.taken).toEqual(['a.dev.local', 'shop.example.com', 'welcome.dev.local']);
    expect(wanted.foreign).not.toContain('shop.example.com');
  });

  test('are known where somebody else has a name of theirs under another suffix', () => {
    const suffixes = ['localhost', 'dev.local'];
    const { taken, names } = wantedNames({
      ...{ suffixes, sharedSuffixes: suffixes, agreed: [], frontends: ['app.localhost'] },
      takenOf: (all) => namesOfOthers('10.0.0.1 app.dev.local\n', all),
    });
    expect(taken).toEqual(['app.dev.local']);
    expect(names).not.toContain('app.dev.local');
  });

  test.each([
    ['app.dev.local', null],
    ['printer', /has no dot/],
    ['localhost', /has no dot/],
    ['10.0.0.1', /an address/],
    ['a.0x7f', /an address/],
    ['[::1]', /not the name of a host/],
    ['APP.test', /not the name of a host/],
    ['a.test:80', /not the name of a host/],
  ])('%s may be asked for by name: %s', (name, why) => {
    if (why === null) expect(whyNever(name)).toBeNull();
    else expect(whyNever(name)).toMatch(why);
  });

  test('are the names of a frontend under each suffix, where suffixes share their frontends', () => {
    const suffixes = ['localhost', 'dev.local', 'example.net'];
    const served = ['app.dev.local', 'app.localhost', 'api.localhost', 'x.test', '*.dev.local'];
    const wanted = { ...rest, suffixes, frontends: served };
    expect(wantedNames({ ...wanted, sharedSuffixes: suffixes })).toEqual({
      ...{ agreed: [], taken: [] },
      names: [
        ...['api.dev.local', 'api.example.net', 'api.localhost'],
        ...['app.dev.local', 'app.example.net', 'app.localhost'],
        ...['welcome.dev.local', 'welcome.example.net', 'welcome.localhost'],
      ],
      wildcards: ['*.dev.local'],
      foreign: ['x.test'],
      left: 0,
    });
    expect(wantedNames({ ...wanted, sharedSuffixes: [] }).names).toEqual([
      ...['api.localhost', 'app.dev.local', 'app.localhost'],
      ...['welcome.dev.local', 'welcome.example.net', 'welcome.localhost'],
    ]);
  });

  test('are no more than the file is to have, and those of frontends stay', () => {
    const suffixes = ['localhost', 'test'];
    const many = Array.from({ length: limits.maxHostsFileNames - 2 }, (_, at) => `${at}.test`);
    const { names, left } = wantedNames({
      ...{ ...rest, suffixes, sharedSuffixes: suffixes, frontends: many },
    });
    expect(names).toHaveLength(limits.maxHostsFileNames);
    expect(new Set(names)).toEqual(new Set([...many, 'welcome.localhost', 'welcome.test']));
    expect(left).toBe(many.length);
  });

  test('are no fewer of what a person asked for, however many a shared store has', () => {
    const { names, agreed, left } = wantedNames({
      ...{ ...rest, suffixes: ['test'], sharedSuffixes: [], agreed: ['www.zoo.example'] },
      frontends: [...Array.from({ length: 3000 }, (_, at) => `${at}.test`), 'www.zoo.example'],
    });
    expect(names).toHaveLength(limits.maxHostsFileNames);
    expect(names).toContain('welcome.test');
    expect(agreed).toEqual(['www.zoo.example']);
    expect(left).toBe(1002);
  });
});

describe('the plan for it', () => {
  const plan = (text: string | null, names: readonly string[], isWritable = false) => {
    const data = text === null ? null : Buffer.from(text, 'latin1');
    const planned = planHostsFile({ path: '/etc/hosts', data, isWritable }, names, {
      platform: 'linux',
      backup: '/data/hosts.1',
      owner,
    });
    if (!planned.ok) throw new Error(planned.problem);
    return planned;
  };

  test('keeps a copy, then changes the file', () => {
    const { steps, added } = plan('x\n', ['a.test']);
    expect(added).toEqual(['a.test']);
    expect(steps.map(({ says, needsRoot, file }) => [says, needsRoot, file.path])).toEqual([
      ['Keep a copy of /etc/hosts as /data/hosts.1', false, '/data/hosts.1'],
      ['In /etc/hosts, add a.test', true, '/etc/hosts'],
    ]);
    expect(steps[1]?.file.after?.toString()).toBe(made('x\n', ['a.test']));
  });

  test('is empty when all is as it should be', () => {
    expect(plan(made('x\n', ['a.test']), ['a.test']).steps).toEqual([]);
    expect(plan(null, []).steps).toEqual([]);
  });

  test('says what goes', () => {
    const text = made('x\n', ['a.test', 'b.test', 'c.test']);
    expect(plan(text, ['c.test', 'd.test']).steps.at(-1)?.says).toBe(
      'In /etc/hosts, add d.test and take out 2 hosts',
    );
    expect(plan(text, []).steps.at(-1)?.says).toBe('Take the block of Berth out of /etc/hosts');
    expect(
      plan(`${text}`.replace('::1\ta.test\n', ''), ['a.test', 'b.test', 'c.test']).steps.at(-1)
        ?.says,
    ).toBe('Repair the block of Berth in /etc/hosts');
  });

  test('takes no rights where the file is ours to write, and makes a file that is missing', () => {
    const { steps } = plan(null, ['a.test'], true);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ needsRoot: false, file: { before: null } });
  });

  test('of a broken block names file and line', () => {
    const data = Buffer.from(`${end}\n`);
    expect(
      planHostsFile({ path: '/etc/hosts', data, isWritable: false }, ['a.test'], {
        ...{ platform: 'linux', backup: null, owner },
      }),
    ).toEqual({ ok: false, problem: expect.stringMatching(/^\/etc\/hosts: line 1 ends a block/) });
  });
});
