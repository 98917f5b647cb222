import { execFileSync } from 'node:child_process';
import {
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessLog, openAccessLog } from '../../src/core/accessLog/file.ts';
import { parseAccessLine } from '../support/accessLine.ts';
import { aRecord } from '../support/record.ts';
import { describeWhen } from '../support/requirement.ts';
import { canMount, mountingReason, mountSmallDisk } from '../support/smallDisk.ts';

let directory: string;
let log: AccessLog;
let said: string[];
let next: number;

const path = (name: string) => join(directory, name);
const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  expect.poll(condition, { interval: 5, timeout: 20_000 }).toBe(true);

/** Writes numbered lines, a hundred a turn. */
async function write(batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    log.write(Array.from({ length: 100 }, () => aRecord({ target: `/${next++}` })));
    await nextTurn();
  }
}

/** The parsed lines of a file; fails on a torn one. */
async function linesOf(name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const text = await readFile(path(name), 'latin1');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const parsed = parseAccessLine(line);
      if (parsed === null) throw new Error(`not a log line: ${line}`);
      return parsed;
    });
}

const numbersOf = (lines: readonly Readonly<Record<string, string>>[]) =>
  lines.map((line) => Number(line['target']?.slice(1)));

const numbered = (count: number) => Array.from({ length: count }, (_, number) => number);

describeWhen(canMount, mountingReason, 'the access log on a full disk', () => {
  let unmount: () => void;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-disk-'));
    unmount = mountSmallDisk(directory, 64);
    said = [];
    next = 0;
    log = await openAccessLog(path('access.log'), {
      log: (level, message) => said.push(`${level} ${message}`),
      bounds: { maxQueuedLogBytes: 256 * 1024, logCloseMs: 20_000 },
    });
  });
  afterEach(async () => {
    await log.close();
    unmount();
    await rm(directory, { recursive: true });
  });

  it('goes on with whole lines, none lost, when other files make room in time', async () => {
    await writeFile(path('ballast'), Buffer.alloc(40 * 1024));
    await write(4);
    await until(() => said.length === 1);
    expect(said[0]).toMatch(/cannot be written: no space left on the device \(ENOSPC\)/);
    await rm(path('ballast'));
    await until(() => said.length === 2);
    await log.close();
    expect(numbersOf(await linesOf('access.log'))).toEqual(numbered(next));
    expect(log.dropped).toBe(0);
  });

  it('drops and counts what memory cannot hold, says so once, and tells in the log', async () => {
    await write(50);
    await until(() => said.length === 2);
    const lost = log.dropped;
    expect(lost).toBeGreaterThan(0);
    execFileSync('mount', ['-o', 'remount,size=2m', directory]);
    await until(() => said.length === 4);
    const resumed = next;
    await write(1);
    await log.close();

    expect(log.dropped).toBe(lost);
    const lines = await linesOf('access.log');
    const note = lines.findIndex((line) => line['client'] === '-');
    expect(lines[note]?.['userAgent']).toBe(`berth: ${lost} lines lost here`);
    expect(numbersOf(lines.slice(0, note))).toEqual(numbered(resumed - lost));
    expect(numbersOf(lines.slice(note + 1))).toEqual(numbered(next).slice(resumed));
    // Either can come first: memory may be used up before the disk has said that it is full.
    expect(said.slice(0, 2).sort()).toEqual([
      expect.stringMatching(/cannot be written: no space left on the device/),
      expect.stringMatching(/does not keep up/),
    ]);
    expect(said.slice(2)).toEqual([
      expect.stringMatching(`lost ${lost} lines`),
      expect.stringMatching(/is written again/),
    ]);
  });

  it('leaves whole lines in the old file when it is rotated to a disk with room', async () => {
    await write(10);
    await until(() => said.length === 1);
    await rename(path('access.log'), path('access.log.1'));
    const elsewhere = await mkdtemp(join(tmpdir(), 'berth-log-'));
    await symlink(join(elsewhere, 'real.log'), path('access.log'));
    await log.reopen();
    await log.close();
    const before = numbersOf(await linesOf('access.log.1'));
    const after = numbersOf(await linesOf('access.log'));
    await rm(elsewhere, { recursive: true });
    expect(before.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThan(0);
    expect([...before, ...after]).toEqual(numbered(next));
  });

  it('loses one line when the log itself is emptied to make room', async () => {
    await write(8);
    await until(() => said.length === 1);
    const before = numbersOf(await linesBeforeTear('access.log'));
    await truncate(path('access.log'));
    await until(() => said.some((line) => line.includes('is written again')));
    await log.close();
    const after = await linesOf('access.log');
    const numbers = numbersOf(after.filter((line) => line['client'] !== '-'));
    expect(log.dropped).toBeLessThanOrEqual(1);
    expect(before.length + numbers.length + log.dropped).toBe(next);
    expect(numbers.at(-1)).toBe(next - 1);
  });
});

describeWhen(canMount, mountingReason, 'the access log that rotates on a small disk', () => {
  let unmount: () => void;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-disk-'));
    unmount = mountSmallDisk(directory, 64);
    said = [];
    next = 0;
  });
  afterEach(async () => {
    await log.close();
    unmount();
    await rm(directory, { recursive: true });
  });

  const open = async (keep: number): Promise<void> => {
    log = await openAccessLog(path('access.log'), {
      log: (level, message) => said.push(`${level} ${message}`),
      style: { format: 'hipache', maxBytes: 16 * 1024, keep },
      bounds: { maxLogWriteBytes: 4 * 1024, logCloseMs: 20_000 },
    });
  };

  it('never fills it, and loses nothing but the oldest files', async () => {
    await open(2);
    await write(40);
    await log.close();
    const found = [];
    for (const name of ['access.log.2', 'access.log.1', 'access.log']) {
      found.push(...numbersOf(await linesOf(name)));
    }
    expect(found.length).toBeGreaterThan(200);
    expect(found).toEqual(numbered(next).slice(-found.length));
    expect(log.dropped).toBe(0);
    expect(said).toEqual([]);
  });

  it('drops no rotated file and tears no line while it is full', async () => {
    await open(100);
    await write(10);
    await until(() => said.length === 1);
    expect(said[0]).toMatch(/cannot be written: no space left on the device/);
    execFileSync('mount', ['-o', 'remount,size=2m', directory]);
    await until(() => said.some((line) => line.includes('is written again')));
    await log.close();
    const names = (await readdir(directory)).sort(
      (a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0),
    );
    const found = [];
    for (const name of names) found.push(...numbersOf(await linesOf(name)));
    expect(found).toEqual(numbered(next));
    expect(log.dropped).toBe(0);
  });
});

async function linesBeforeTear(name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const text = await readFile(path(name), 'latin1');
  return text
    .split('\n')
    .slice(0, -1)
    .map(parseAccessLine)
    .filter((line) => line !== null);
}

describe('a device that is always full', () => {
  it('neither blocks nor throws, and the loss is counted', async () => {
    const lines: string[] = [];
    const full = await openAccessLog('/dev/full', {
      log: (level, message) => lines.push(`${level} ${message}`),
      bounds: { maxQueuedLogBytes: 10_000, logCloseMs: 50 },
    });
    full.write(Array.from({ length: 1000 }, () => aRecord()));
    expect(full.dropped).toBeGreaterThan(0);
    await full.close();
    expect(full.dropped).toBe(1000);
    expect(lines).toHaveLength(3);
  });
});
