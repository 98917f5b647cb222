import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessLog, openAccessLog } from '../../src/core/accessLog/file.ts';
import { eventually } from '../support/eventually.ts';
import { aRecord } from '../support/record.ts';

const kilobyte = 1024;

let directory: string;
let log: AccessLog;
let said: string[];
let next: number;

const path = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-log-size-'));
  said = [];
  next = 0;
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

async function open(keep: number, maxBytes = 64 * kilobyte): Promise<void> {
  log = await openAccessLog(path('access.log'), {
    log: (level, message) => said.push(`${level} ${message}`),
    style: { format: 'json', maxBytes, keep },
    // Far less than a file, as with the settings that a person can choose; and a disk may be slow to the end.
    bounds: { maxLogWriteBytes: 8 * kilobyte, logCloseMs: 20_000 },
  });
}

/** Writes numbered lines, a hundred a turn, as fast as the disk takes them. */
async function write(batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    log.write(Array.from({ length: 100 }, () => aRecord({ target: `/${next++}` })));
    await nextTurn();
  }
}

/** Renames the log; between two files of ours there is none for a moment. */
async function take(name: string): Promise<void> {
  for (;;) {
    try {
      return await rename(path('access.log'), path(name));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await nextTurn();
    }
  }
}

/** The numbers of the requests in a file; fails on a line that is torn. */
async function numbersIn(name: string): Promise<number[]> {
  const text = await readFile(path(name), 'latin1');
  if (text === '') return [];
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => Number(JSON.parse(line).target.slice(1)));
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** Rotated files, oldest first, and the log itself. */
async function filesInOrder(): Promise<string[]> {
  const names = await readdir(directory);
  const age = (name: string) => Number(name.split('.')[2] ?? 0);
  return names.filter((name) => name.startsWith('access.log')).sort((a, b) => age(b) - age(a));
}

describe('rotation by size', () => {
  it('loses and tears no line under load, and no file is larger than was asked for', async () => {
    await open(100);
    await write(100);
    await log.close();
    const names = await filesInOrder();
    expect(names.length).toBeGreaterThan(20);
    expect(names.length).toBeLessThan(100);
    const found: number[] = [];
    for (const name of names) {
      expect((await readFile(path(name))).length).toBeLessThanOrEqual(64 * kilobyte);
      found.push(...(await numbersIn(name)));
    }
    expect(found).toEqual(numbered(0, next));
    expect(log.dropped).toBe(0);
    expect(said).toEqual([]);
  });

  it('keeps so many files, the youngest', async () => {
    await open(3);
    await write(100);
    await log.close();
    const names = await filesInOrder();
    expect(names).toEqual(['access.log.3', 'access.log.2', 'access.log.1', 'access.log']);
    const found = (await Promise.all(names.map(numbersIn))).flat();
    expect(found).toEqual(numbered(found[0] ?? -1, next));
  });

  it('goes together with somebody who renames the log and says so', async () => {
    const most = 20_000;
    // As many files as there could be lines: none is too old to be kept, on a disk of any speed.
    await open(most);
    let loading = true;
    const load = (async () => {
      // All of it fits into the queue, on a disk of any speed: what does not is dropped, as it should be.
      for (; loading && next < most; await pause(1)) await write(1);
    })();
    for (let rotation = 0; rotation < 5; rotation++) {
      const reached = next + 500;
      while (next < Math.min(reached, most)) await nextTurn();
      await take(`mine.${rotation}`);
      await log.reopen();
    }
    loading = false;
    await load;
    await log.close();
    const mine = (await readdir(directory)).filter((name) => name.startsWith('mine.'));
    const names = [...(await filesInOrder()), ...mine];
    const found = (await Promise.all(names.map(numbersIn))).flat().sort((a, b) => a - b);
    expect(found).toEqual(numbered(0, next));
    expect(log.dropped).toBe(0);
    expect(said.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it('does not rename a file that somebody put in its place', async () => {
    await open(50);
    await write(1);
    const written = () => readFile(path('access.log'), 'latin1');
    await eventually('a hundred lines', async () => (await written()).split('\n').length > 100);
    await rename(path('access.log'), path('mine'));
    await writeFile(path('access.log'), '');
    await write(10);
    await log.close();
    const own = (await filesInOrder()).filter((name) => name !== 'access.log');
    for (const name of own) expect((await numbersIn(name)).length).toBeGreaterThan(0);
    const names = ['mine', ...own, 'access.log'];
    expect((await Promise.all(names.map(numbersIn))).flat()).toEqual(numbered(0, next));
  });

  it('rotates what a link leads to, and leaves the link', async () => {
    await symlink(path('access.log.real'), path('access.log'));
    await open(50);
    await write(10);
    await log.close();
    const names = await readdir(directory);
    expect(names).toContain('access.log.real.1');
    const rotated = names
      .filter((name) => /real\.\d+$/.test(name))
      .sort((a, b) => Number(b.split('.').at(-1)) - Number(a.split('.').at(-1)));
    const found = (await Promise.all([...rotated, 'access.log'].map(numbersIn))).flat();
    expect(found).toEqual(numbered(0, next));
  });

  it('begins and ends while the log is open, as does another format', async () => {
    await open(50, 0);
    await write(3);
    log.use({ format: 'json', maxBytes: 64 * kilobyte, keep: 50 });
    await write(20);
    await eventually('three files', async () => (await filesInOrder()).length > 2);
    log.use({ format: 'combined', maxBytes: 0, keep: 50 });
    log.write([aRecord()]);
    await log.close();
    const names = await filesInOrder();
    const lines = (await Promise.all(names.map((name) => readFile(path(name), 'latin1'))))
      .join('')
      .slice(0, -1)
      .split('\n');
    expect(lines).toHaveLength(next + 1);
    expect(lines.at(-1)).toMatch(/^127\.0\.0\.1 - - \[.*"GET \/p\?q=1 HTTP\/1\.1" 200 1234 /);
  });
});
