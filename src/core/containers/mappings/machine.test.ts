import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMachine } from './machine.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-machine-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test('a machine keeps the id that it made once, which nobody else reads', () => {
  const data = join(directory, 'data');
  const first = readMachine(data, 'desk');
  expect(first.name).toBe('desk');
  expect(readMachine(data, 'renamed')).toEqual({ id: first.id, name: 'renamed' });
  expect(readFileSync(join(data, 'machine'), 'utf8')).toBe(`${first.id}\n`);
  expect(statSync(join(data, 'machine')).mode & 0o777).toBe(0o600);
});

test('two directories are two machines', () => {
  const ids = ['a', 'b'].map((name) => readMachine(join(directory, name), 'desk').id);
  expect(new Set(ids).size).toBe(2);
});

test('where nothing can be kept, it is the same at each start', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const first = readMachine(file, 'desk');
  expect(readMachine(file, 'desk')).toEqual(first);
  expect(readMachine(file, 'other').id).not.toBe(first.id);
});

test('what is no id in the file is none', () => {
  writeFileSync(join(directory, 'machine'), '<script>');
  expect(readMachine(directory, 'desk').id).toMatch(/^[0-9a-f]{32}$/);
});
