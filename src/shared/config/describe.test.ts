import { expect, test } from 'vitest';
import { describePath, describeValue, hideDriver, hideUserinfo, nearest } from './describe.ts';

test.each<[(string | number)[], string]>([
  [['http', 'bind', 1, 'port'], 'http.bind[1].port'],
  [['a b'], '"a b"'],
  [['x'.repeat(500)], `"${'x'.repeat(57)}…"`],
  [[], ''],
])('%j is the path %s', (path, text) => {
  expect(describePath(path)).toBe(text);
});

test.each<[unknown, string[], string]>([
  ['ten', ['server', 'workers'], '"ten"'],
  [5, [], '5'],
  [null, [], 'null'],
  [undefined, [], 'missing'],
  [{ password: 'x' }, [], 'an object'],
  [['secret'], [], 'a list'],
  [[], [], 'an empty list'],
  ['secret', ['redisPassword'], '***'],
  ['secret', ['https', 'passphrase'], '***'],
  ['redis://:secret@h:x', ['driver'], '"redis://…"'],
  ['a\nb\u0000', [], '"a\\nb\\u0000"'],
])('%j at %j is said as %s', (value, path, text) => {
  expect(describeValue(value, path)).toBe(text);
});

test.each([
  ['redis://user:pass@host', 'redis://***@host'],
  ['redis://:p@ss@host', 'redis://***@host'],
  ['redis://:p/ss#w@host', 'redis://***@host'],
  [':secret@host', '***@host'],
  ['redis:secret@host', 'redis:***@host'],
  ['redis://host', 'redis://host'],
])('%s is shown as %s', (text, shown) => {
  expect(hideUserinfo(text)).toBe(shown);
});

test.each([
  ['redis://h:1', 'redis://h:1'],
  ['redis://user:pass@h:1/2', 'redis://***@h:1…'],
  ['redis://h:1/0?password=pass', 'redis://h:1…'],
  ['redis://h#pass', 'redis://h…'],
  ['redis://[::1]:6379/pass', 'redis://[::1]:6379…'],
  ['redis://user:12345#pass@h', 'redis://…'],
  ['redis://h:1?password=pa@ss', 'redis://…'],
  ['redis:pass', 'redis:…'],
  ['etcd:', 'etcd:'],
  ['pass', '…'],
])('the driver %s is shown as %s', (text, shown) => {
  expect(hideDriver(text)).toBe(shown);
});

test.each<[string, string | null]>([
  ['worker', 'workers'],
  ['WORKERS', 'workers'],
  ['maxSocket', 'maxSockets'],
  ['zzz', null],
  ['x'.repeat(10_000), null],
])('%s was probably meant as %s', (name, meant) => {
  expect(nearest(name, ['workers', 'maxSockets', 'debug'])).toBe(meant);
});
