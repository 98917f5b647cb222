import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { keysFor } from '../../shared/model/keys.ts';
import type { Answer } from '../../store/store.ts';
import { noMarks } from './deadMarks.ts';
import {
  factOf,
  frontendCommands,
  marksCommands,
  readList,
  readMarksAnswers,
  readOptions,
} from './readings.ts';

const found = (value: unknown): Answer => ({
  kind: 'reply',
  reply: { ok: true, value },
  trust: null,
});

test('no element of a list is kept beyond what can be used of it', () => {
  const long = 'x'.repeat(1_000_000);
  const list = readList(found([long, `http://a/${long}`, 'http://b']));
  expect(list?.map(({ length }) => length)).toEqual([
    limits.maxIdentifierChars,
    limits.maxBackendUrlBytes + 1,
    'http://b'.length,
  ]);
  expect(factOf('n', list ?? null, null)).toMatchObject({
    kind: 'frontend',
    frontend: {
      backends: [{ url: 'http://b' }],
      problems: [expect.stringContaining('#0 is longer than')],
    },
  });
});

test('every command that reads a frontend says how much it takes at most', () => {
  expect(frontendCommands(keysFor('p:'), 'n')).toEqual([
    ['lrange', 'p:frontend:n', 0, limits.maxBackendsPerFrontend + 1],
    ['getrange', 'p:berth:options:n', 0, limits.maxOptionsChars],
  ]);
});

const refused = (error: string): Answer => ({
  kind: 'reply',
  reply: { ok: false, error },
  trust: null,
});

test.each([
  ['a text', found('{"policy":"sticky"}'), '{"policy":"sticky"}'],
  ['nothing', found(''), null],
  ['another type', refused('WRONGTYPE Operation against a key'), '(not a string)'],
  ['a refusal', refused('NOPERM this user has no permissions'), undefined],
  ['silence', { kind: 'away', reason: 'lost' } as const, undefined],
])('options that are %s', (_what, answer, text) => {
  expect(readOptions(answer)).toBe(text);
});

test('options that cannot be read leave their frontend with the defaults, and say why', () => {
  expect(factOf('n', ['id', 'http://a'], '{')).toMatchObject({
    kind: 'frontend',
    options: { policy: 'random' },
    optionsProblem: 'its options are not JSON; it is served with the defaults',
  });
});

test('every command that reads dead marks says how much it takes at most', () => {
  const commands = marksCommands(keysFor(''), 'n');
  expect(commands.map(([name]) => name)).toEqual(['srandmember', 'pttl', 'hscan']);
  expect(commands[0]).toContain(limits.maxBackendsPerFrontend);
  expect(commands[2]?.slice(2)).toEqual([0, 'COUNT', 2 * limits.maxBackendsPerFrontend]);
});

test('a reason without end is left out, and its mark counts for what stands there', () => {
  const reason = (url: string) => JSON.stringify({ url, reason: 'refused', at: 1 });
  const fields = ['0', reason('http://a'), '1', reason(`http://${'b'.repeat(1_000_000)}`)];
  const read = readMarksAnswers([found(['0', '1']), found(-1), found(['0', fields])], 0, noMarks);
  expect(read?.value.urls).toEqual(
    new Map([
      [0, 'http://a'],
      [1, null],
    ]),
  );
});
