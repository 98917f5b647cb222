import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHostsText, withBlock, withoutBlock } from './block.ts';
import { hostsEntries, namesInBlock } from './entries.ts';
import { planHostsFile } from './steps.ts';
import { wantedNames } from './wanted.ts';

const made = (text: string | null, names: readonly string[], lineEnd: '\n' | '\r\n' = '\n') => {
  const result = withBlock(text, names, lineEnd);
  if (!result.ok) throw new Error(result.problem);
  return result.text;
};
const removed = (text: string) => {
  const result = withoutBlock(text);
  if (!result.ok) throw new Error(result.problem);
  return result.text;
};

const head = '# BEGIN berth: hosts that Berth serves; "berth names uninstall" takes them out';

describe('the block of the hosts file', () => {
  test('has each host on both families, behind what is there', () => {
    expect(made('127.0.0.1 localhost\n', ['a.test', 'b.test'])).toBe(
      `127.0.0.1 localhost\n${head}\n127.0.0.1\ta.test\n::1\ta.test\n127.0.0.1\tb.test\n::1\tb.test\n# END berth\n`,
    );
  });

  test('is written again in its place', () => {
    const first = made('before\n', ['a.test']);
    const later = `${first}after\n`;
    expect(made(later, ['b.test'])).toBe(
      `before\n${head}\n127.0.0.1\tb.test\n::1\tb.test\n# END berth\nafter\n`,
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
    ['# BEGIN berth\n127.0.0.1 a\n', 'has no end'],
    ['x\n# END berth\n', 'line 2 ends a block that did not begin'],
    ['# BEGIN berth\n# BEGIN berth\n# END berth\n', 'line 2 begins a second block'],
  ])('that is broken is left alone: %j', (text, problem) => {
    for (const result of [withBlock(text, ['a.test'], '\n'), withoutBlock(text)]) {
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
    expect(namesInBlock(text ?? '')).toEqual(['app.test']);
  });

  test('of a broken block is not ours', () => {
    expect(namesInBlock('# BEGIN berth\n127.0.0.1 a\n')).toEqual([]);
    expect(readHostsText('# BEGIN berth\n').ok).toBe(false);
  });
});

describe('the hosts that it is to have', () => {
  test('are frontends of private domains and the welcome page; others only when they are named', () => {
    const frontends = [
      'b.dev.local',
      'A.dev.local',
      'a.dev.local',
      '*.dev.local',
      '*',
      'www.example.com',
      'shop.example.com',
      'x.test',
      'printer',
      'a b',
      'x\ny',
      '10.0.0.1',
      '[::1]',
      'localhost',
      '',
    ];
    expect(
      wantedNames({ suffixes: ['dev.local'], frontends, named: ['www.example.com', 'not.there'] }),
    ).toEqual({
      names: [
        'a.dev.local',
        'b.dev.local',
        'printer',
        'welcome.dev.local',
        'www.example.com',
        'x.test',
      ],
      wildcards: ['*', '*.dev.local'],
      foreign: ['shop.example.com'],
      left: 0,
    });
  });
});

describe('the plan for it', () => {
  const plan = (text: string | null, names: readonly string[], isWritable = false) => {
    const data = text === null ? null : Buffer.from(text, 'latin1');
    const planned = planHostsFile({ path: '/etc/hosts', data, isWritable }, names, {
      platform: 'linux',
      backup: '/data/hosts.1',
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
    const data = Buffer.from('# END berth\n');
    expect(
      planHostsFile({ path: '/etc/hosts', data, isWritable: false }, ['a.test'], {
        platform: 'linux',
        backup: null,
      }),
    ).toEqual({ ok: false, problem: expect.stringMatching(/^\/etc\/hosts: line 1 ends a block/) });
  });
});
