import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAccessLine } from '../support/accessLine.ts';
import { type AccessLogProcess, startAccessLogProcess } from '../support/accessLogProcess.ts';
import { eventually } from '../support/eventually.ts';

/** More than a pipe and the queue hold: each line has some 110 bytes, so this is about 16 MB. */
const tooMany = 1500;
const lines = (batches: number) => batches * 100;

let directory: string;
let fifo: string;
let descriptors: number[];
let running: AccessLogProcess | null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-log-'));
  fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  descriptors = [];
  running = null;
});
afterEach(async () => {
  for (const fd of descriptors) closeSync(fd);
  await running?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  descriptors.push(fd);
  return fd;
}

function closed(fd: number): void {
  closeSync(fd);
  descriptors = descriptors.filter((other) => other !== fd);
}

/** All that a non-blocking pipe holds now. */
function drain(fd: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  let text = '';
  for (;;) {
    let count: number;
    try {
      count = readSync(fd, buffer);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return text;
      throw error;
    }
    if (count === 0) return text;
    text += buffer.toString('latin1', 0, count);
  }
}

function isHeldOpen(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

const targets = (text: string): (string | undefined)[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => parseAccessLine(line)?.['target']);

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `/${from + i}`);

async function start(
  ...given: Parameters<typeof startAccessLogProcess>
): Promise<AccessLogProcess> {
  running = await startAccessLogProcess(...given);
  return running;
}

describe('a log that nobody reads', () => {
  it('as a FIFO holds up neither the requests nor the exit, and its memory is bounded', async () => {
    const log = await start(fifo, { batches: tooMany });
    const report = await log.finish();
    expect(report.dropped).toBeGreaterThan(0);
    expect(report.dropped).toBeLessThanOrEqual(lines(tooMany));
    // Blocked, it would stand still for ever; the rest is what a busy machine may do to it.
    expect(report.longestStallMs).toBeLessThan(5000);
    expect(report.rssBytes).toBeLessThan(250 * 1024 * 1024);
    expect(report.said).toEqual([
      expect.stringMatching(/does not keep up/),
      expect.stringMatching(/was closed before it took \d+ lines/),
    ]);
  });

  it('as standard output that is a pipe, likewise', async () => {
    opened(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const stdout = opened(fifo, constants.O_WRONLY);
    const log = await start('/dev/stdout', { batches: tooMany, stdout });
    expect((await log.finish()).dropped).toBeGreaterThan(0);
  });

  it('as standard output that is a socket, likewise', async () => {
    const log = await start('/dev/stdout', { batches: tooMany, stdout: 'pipe' });
    expect((await log.finish()).dropped).toBeGreaterThan(0);
  });
});

describe('a log that is read late', () => {
  it('keeps every line that fits into memory for its reader', async () => {
    const log = await start(fifo, { batches: 50 });
    await log.written;
    const reader = opened(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    let text = '';
    await expect
      .poll(
        () => {
          text += drain(reader);
          return targets(text).length;
        },
        { interval: 5, timeout: 20_000 },
      )
      .toBe(lines(50));
    expect(targets(text)).toEqual(numbered(0, lines(50)));
    expect(await log.finish()).toMatchObject({ dropped: 0, said: [] });
  });

  it('begins with a whole line for the reader that comes after one that left', async () => {
    const first = opened(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const log = await start(fifo, { batches: 50 });
    await log.written;
    const read = drain(first);
    closed(first);
    // It can be written to without a reader of ours once the process holds it open by itself.
    await expect.poll(() => isHeldOpen(fifo), { interval: 5, timeout: 20_000 }).toBe(true);

    const second = opened(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    let text = '';
    await expect
      .poll(
        () => {
          text += drain(second);
          return targets(text).at(-1);
        },
        { interval: 5, timeout: 20_000 },
      )
      .toBe(`/${lines(50) - 1}`);
    expect(targets(read)[0]).toBe('/0');
    const begin = Number(targets(text)[0]?.slice(1));
    expect(targets(text)).toEqual(numbered(begin, lines(50)));
    expect(await log.finish()).toMatchObject({
      dropped: 0,
      said: [
        expect.stringMatching(/cannot be written: nobody reads there any more \(EPIPE\)/),
        expect.stringMatching(/is written again/),
      ],
    });
  });
});

describe('standard output as a log', () => {
  it('gets every line where it is read', async () => {
    const log = await start('/dev/stdout', { batches: 50, stdout: 'pipe' });
    let text = '';
    log.child.stdout?.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    const ended = once(log.child.stdout ?? log.child, 'end');
    await eventually('every line', () => targets(text).length >= lines(50));
    expect(await log.finish()).toMatchObject({ dropped: 0, said: [] });
    await ended;
    expect(targets(text)).toEqual(numbered(0, lines(50)));
  });

  it('that is a file shares its position with what else is printed there', async () => {
    const path = join(directory, 'out');
    const stdout = opened(path, constants.O_WRONLY | constants.O_CREAT);
    const log = await start('/dev/stdout', { batches: 50, stdout, talk: 'printed' });
    const all = lines(50) + 50;
    await eventually('all of it', async () => {
      return (await readFile(path, 'latin1')).split('\n').length > all;
    });
    await log.finish();
    const text = await readFile(path, 'latin1');
    const printed = text.split('\n').filter((line) => line === 'printed');
    expect(printed).toHaveLength(50);
    expect(targets(text.replaceAll('printed\n', ''))).toEqual(numbered(0, lines(50)));
  });
});
