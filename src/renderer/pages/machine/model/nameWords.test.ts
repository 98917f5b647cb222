import { describe, expect, test } from 'vitest';
import { hostNames } from '../../../../../test/support/namesView.ts';
import { byReason, countWords, foundWords, inOrder, stepLines, verdictLook } from './nameWords.ts';

describe('what a way found', () => {
  test.each([
    [{ kind: 'addresses', addresses: ['127.0.0.1'] }, '127.0.0.1', '127.0.0.1'],
    [
      { kind: 'addresses', addresses: ['10.0.0.1', '10.0.0.2'] },
      '10.0.0.1 +1',
      '10.0.0.1\n10.0.0.2',
    ],
    [{ kind: 'not-found' }, 'no', 'It does not know the host'],
    [{ kind: 'failed', reason: 'it does not answer' }, 'failed', 'it does not answer'],
  ] as const)('%j is %s', (found, text, title) => {
    expect(foundWords(found)).toEqual({ text, title });
  });

  test('that nobody was asked is told apart from that nobody knows', () => {
    const words = (['none', 'not-found', 'not-asked'] as const).map(
      (kind) => foundWords({ kind }).text,
    );
    expect(new Set(words).size).toBe(3);
  });
});

test('only a host that all programs find is green', () => {
  const verdicts = ['here', 'elsewhere', 'browsers-only', 'not-found'] as const;
  expect(verdicts.map((verdict) => verdictLook({ verdict }).status)).toEqual([
    'up',
    'down',
    'degraded',
    'down',
  ]);
});

test('what is wrong stands first, then hosts by name', () => {
  const hosts = [
    hostNames({ host: 'b.test' }),
    hostNames({ host: 'a.test' }),
    hostNames({ host: 'z.test', verdict: 'not-found' }),
    hostNames({ host: 'y.test', verdict: 'browsers-only' }),
    hostNames({ host: 'x.test', verdict: 'elsewhere' }),
  ];
  expect(inOrder(hosts).map(({ host }) => host)).toEqual([
    'x.test',
    'z.test',
    'y.test',
    'a.test',
    'b.test',
  ]);
});

test.each([
  [[], 'There is no host to be found yet.'],
  [['here'], 'The one host is found by programs of this machine.'],
  [['here', 'here'], 'All 2 hosts are found by programs of this machine.'],
  [['here', 'not-found'], '1 of 2 hosts is found by programs of this machine.'],
  [['browsers-only'], '0 of 1 hosts are found by programs of this machine.'],
] as const)('%j: %s', (verdicts, words) => {
  expect(countWords(verdicts.map((verdict) => ({ verdict })))).toBe(words);
});

test('a command is shown as it is typed, a file with the lines that change', () => {
  expect(stepLines({ command: ['systemctl', 'restart', 'a b'], file: null })).toEqual([
    "$ systemctl restart 'a b'",
  ]);
  expect(
    stepLines({ command: null, file: { path: '/etc/hosts', lines: ['+127.0.0.1\tapp.test'] } }),
  ).toEqual(['/etc/hosts', '+127.0.0.1\tapp.test']);
});

test('a reason that hosts have in common is said once', () => {
  const missing = { verdict: 'not-found', reason: 'nobody asks' } as const;
  const hosts = inOrder([
    hostNames({ host: 'a.test', ...missing }),
    hostNames({ host: 'b.test', verdict: 'not-found', reason: 'another' }),
    hostNames({ host: 'c.test', ...missing }),
    hostNames({ host: 'd.test' }),
  ]);
  expect(byReason(hosts).map((group) => group.hosts.map(({ host }) => host))).toEqual([
    ['b.test'],
    ['a.test', 'c.test'],
    ['d.test'],
  ]);
});
