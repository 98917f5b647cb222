import { describe, expect, test } from 'vitest';
import { parseAddLine } from './addLine.ts';

const suffixes = ['localhost', 'dev.local'];
const read = (text: string) => parseAddLine(text, suffixes);
const host = (name: string, ...backends: readonly string[]) => ({ kind: 'host', name, backends });

test.each([
  ['app 3000', host('app.localhost', 'http://127.0.0.1:3000')],
  ['app → 3000', host('app.localhost', 'http://127.0.0.1:3000')],
  ['app->3000', host('app.localhost', 'http://127.0.0.1:3000')],
  ['app => :3000', host('app.localhost', 'http://127.0.0.1:3000')],
  ['app:3000', host('app.localhost', 'http://127.0.0.1:3000')],
  [':3000 app', host('app.localhost', 'http://127.0.0.1:3000')],
  ['3000 app', host('app.localhost', 'http://127.0.0.1:3000')],
  ['app.dev.local 3000', host('app.dev.local', 'http://127.0.0.1:3000')],
  ['App.Dev.Local. 3000', host('app.dev.local', 'http://127.0.0.1:3000')],
  ['app.dev.local:3000', host('app.dev.local', 'http://127.0.0.1:3000')],
  ['app http://10.0.0.5:3000', host('app.localhost', 'http://10.0.0.5:3000')],
  ['app https://10.0.0.5/', host('app.localhost', 'https://10.0.0.5')],
  ['http://10.0.0.5:3000 app', host('app.localhost', 'http://10.0.0.5:3000')],
  ['app localhost:3000', host('app.localhost', 'http://localhost:3000')],
  ['app box:3000', host('app.localhost', 'http://box:3000')],
  ['10.0.0.5:3000 app', host('app.localhost', 'http://10.0.0.5:3000')],
  ['app [::1]:3000', host('app.localhost', 'http://[::1]:3000')],
  ['*.preview.dev.local 3000', host('*.preview.dev.local', 'http://127.0.0.1:3000')],
  ['* 3000', host('*', 'http://127.0.0.1:3000')],
  ['app 3000 3001', host('app.localhost', 'http://127.0.0.1:3000', 'http://127.0.0.1:3001')],
  ['app 3000 3000', host('app.localhost', 'http://127.0.0.1:3000')],
  ['  app   3000  ', host('app.localhost', 'http://127.0.0.1:3000')],
])('%s is understood', (text, made) => {
  expect(read(text)).toEqual(made);
});

test('without a suffix a name of one word stays as it is', () => {
  expect(parseAddLine('app 3000', [])).toEqual(host('app', 'http://127.0.0.1:3000'));
});

describe('what is not whole yet says what is missing', () => {
  test('nothing', () => {
    expect(read('')).toEqual({ kind: 'empty' });
    expect(read(' → ')).toEqual({ kind: 'empty' });
  });
  test('a name without a server', () => {
    expect(read('app')).toMatchObject({ kind: 'partial', name: 'app.localhost' });
  });
  test('a server without a name', () => {
    expect(read(':3000')).toMatchObject({ kind: 'partial', name: null });
    expect(read('localhost:3000')).toMatchObject({ kind: 'partial', name: null });
  });
});

test.each([
  ['app 70000', '70000', /65535/],
  ['app :0', ':0', /65535/],
  ['app box:99999', 'box:99999', /65535, and not 99999/],
  ['app http://box:99999/', 'http://box:99999/', /65535, and not 99999/],
  ['app :x', ':x', /port is a number/],
  ['app ftp://10.0.0.5', 'ftp://10.0.0.5', /scheme/],
  ['app http://me:secret@10.0.0.5', 'http://me:secret@10.0.0.5', /user name or password/],
  ['app other', 'other', /second name/i],
  ['a,b 3000', 'a,b', /comma/],
  ['app/x 3000', 'app/x', /path/],
  ['a*.dev.local 3000', 'a*.dev.local', /wildcard/i],
  ['-app 3000', '-app', /no host name/],
])('%s is wrong at %s', (text, part, message) => {
  const line = read(text);
  if (line.kind !== 'wrong') throw new Error(`it is read as ${line.kind}`);
  expect(text.slice(line.problem.start, line.problem.end)).toBe(part);
  expect(line.problem.message).toMatch(message);
});

test('no line whatever makes it throw, and what it makes can be added', () => {
  for (const text of ['::', ':::', 'a:b:c', '*:3000', '[', '[]:1', '://', 'http://', 'é 3000']) {
    expect(() => read(text)).not.toThrow();
  }
});
