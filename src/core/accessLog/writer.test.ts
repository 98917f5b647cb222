import { describe, expect, it } from 'vitest';
import { parseAccessLine } from '../../../test/support/accessLine.ts';
import { lostLine } from './format.ts';
import type { Sink } from './sink.ts';
import { createLineWriter, type LineWriter, type WriterBounds } from './writer.ts';

/** Files of a disk with so many bytes of room; each write takes at most `perWrite` of them. */
function createDisk(room = Number.POSITIVE_INFINITY) {
  const files: { text: string }[] = [];
  const disk = {
    room,
    perWrite: Number.POSITIVE_INFINITY,
    /** Milliseconds that each write takes. */
    slowMs: 0,
    /** When set, every write fails with it. */
    failure: null as string | null,
    /** When set, writes never end. */
    hangs: false,
    openFailure: null as string | null,
    torn: false,
    writes: 0,
    files,
    text: (index: number) => files[index]?.text ?? '',
    open: async (): Promise<Sink> => {
      if (disk.openFailure !== null) throw systemError(disk.openFailure);
      const file = { text: disk.torn ? 'half a li' : '' };
      files.push(file);
      return {
        torn: disk.torn,
        write: async (bytes, offset) => {
          disk.writes++;
          if (disk.hangs) await new Promise(() => {});
          if (disk.slowMs > 0) await new Promise((done) => setTimeout(done, disk.slowMs));
          if (disk.failure !== null) throw systemError(disk.failure);
          const count = Math.min(bytes.length - offset, disk.room, disk.perWrite);
          if (count === 0) throw systemError('ENOSPC');
          disk.room -= count;
          file.text += bytes.toString('latin1', offset, offset + count);
          return count;
        },
        size: async () => file.text.length,
        isAt: async () => true,
        truncate: async (size) => {
          disk.room += file.text.length - size;
          file.text = file.text.slice(0, size);
        },
        close: async () => {},
      };
    },
  };
  return disk;
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

const bounds: WriterBounds = {
  maxQueuedLogBytes: 1000,
  maxLogWriteBytes: 100,
  logRetryFirstMs: 1,
  logRetryMaxMs: 4,
  logCloseMs: 50,
  logCloseMaxMs: 1000,
  logRotateRetryMs: 1000,
};

async function createBench(
  disk = createDisk(),
  changed: Partial<WriterBounds> = {},
): Promise<{
  disk: ReturnType<typeof createDisk>;
  writer: LineWriter;
  said: string[];
  rotation: { maxBytes: number; failure: string | null; shifts: number };
  clock: { at: number };
}> {
  const said: string[] = [];
  const rotation = { maxBytes: 0, failure: null as string | null, shifts: 0 };
  const clock = { at: 0 };
  const writer = createLineWriter(await disk.open(), {
    open: disk.open,
    lostLine,
    rotation: {
      get maxBytes() {
        return rotation.maxBytes;
      },
      shift: async () => {
        if (rotation.failure !== null) throw systemError(rotation.failure);
        rotation.shifts++;
      },
    },
    say: (level, message) => said.push(`${level} ${message}`),
    wallClock: () => clock.at,
    bounds: { ...bounds, ...changed },
  });
  return { disk, writer, said, rotation, clock };
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `line ${String(from + i).padStart(4, '0')}\n`);

const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { interval: 1, timeout: 5000 }).toBe(true);

describe('the writer of lines', () => {
  it('writes them in order, whole, however little one write takes', async () => {
    const { disk, writer } = await createBench();
    disk.perWrite = 7;
    for (const line of lines(0, 50)) writer.append(line);
    await writer.close();
    expect(disk.text(0)).toBe(lines(0, 50).join(''));
    expect(writer.dropped).toBe(0);
  });

  it('joins what comes in one turn into few writes', async () => {
    const { disk, writer } = await createBench();
    for (const line of lines(0, 80)) writer.append(line);
    await writer.close();
    expect(disk.writes).toBeLessThan(12);
  });

  it('puts lines before a reopening into the old file and lines after it into the new', async () => {
    const { disk, writer } = await createBench();
    disk.perWrite = 7;
    for (const line of lines(0, 20)) writer.append(line);
    const reopened = writer.reopen();
    for (const line of lines(20, 40)) writer.append(line);
    await reopened;
    await writer.close();
    expect(disk.text(0)).toBe(lines(0, 20).join(''));
    expect(disk.text(1)).toBe(lines(20, 40).join(''));
  });

  it('keeps the old file when the new one cannot be opened, and says so', async () => {
    const { disk, writer, said } = await createBench();
    disk.openFailure = 'EACCES';
    await writer.reopen();
    writer.append('line\n');
    await writer.close();
    expect(disk.text(0)).toBe('line\n');
    expect(said).toEqual([
      'warn cannot be opened anew: permission denied (EACCES); the old file is kept',
    ]);
  });

  it('begins below a line that was left without an end', async () => {
    const disk = createDisk();
    disk.torn = true;
    const { writer } = await createBench(disk);
    writer.append('line\n');
    await writer.close();
    expect(disk.text(0)).toBe('half a li\nline\n');
  });

  it('counts what is lost when closed before the sink took it, and does not wait for ever', async () => {
    const { disk, writer, said } = await createBench();
    disk.hangs = true;
    for (const line of lines(0, 3)) writer.append(line);
    await writer.close();
    writer.append('too late\n');
    expect(writer.dropped).toBe(4);
    expect(said).toEqual(['warn was closed before it took 3 lines']);
  });

  it('waits at its close for a disk that is slow and goes on', async () => {
    const { disk, writer, said } = await createBench();
    disk.slowMs = 20;
    disk.perWrite = 10;
    const all = lines(0, 10);
    for (const line of all) writer.append(line);
    await writer.close();
    expect(disk.text(0)).toBe(all.join(''));
    expect(writer.dropped).toBe(0);
    expect(said).toEqual([]);
  });

  it('does not wait for ever for one that is far too slow', async () => {
    const { disk, writer } = await createBench(undefined, { logCloseMaxMs: 100 });
    disk.slowMs = 20;
    disk.perWrite = 1;
    for (const line of lines(0, 10)) writer.append(line);
    await writer.close();
    expect(writer.dropped).toBeGreaterThan(0);
  });

  it('is closed once, also when asked twice', async () => {
    const { writer } = await createBench();
    expect(writer.close()).toBe(writer.close());
    await expect(writer.reopen()).resolves.toBeUndefined();
  });
});

describe('a full disk', () => {
  it('costs no line that fits into memory, and leaves no torn one', async () => {
    const { disk, writer, said } = await createBench(createDisk(25));
    for (const line of lines(0, 30)) writer.append(line);
    await until(() => disk.room === 0 && said.length === 1);
    disk.room = Number.POSITIVE_INFINITY;
    await until(() => said.length === 2);
    await writer.close();
    expect(disk.text(0)).toBe(lines(0, 30).join(''));
    expect(said).toEqual([
      'warn cannot be written: no space left on the device (ENOSPC); lines wait in memory',
      'info is written again',
    ]);
  });

  it('drops and counts what does not fit, and a line in the log says how many', async () => {
    const { disk, writer, said } = await createBench(createDisk(25));
    for (const line of lines(0, 300)) writer.append(line);
    const { dropped } = writer;
    expect(dropped).toBe(200);
    await until(() => said.length === 2);
    disk.room = Number.POSITIVE_INFINITY;
    await until(() => said.length === 4);
    writer.append('line after\n');
    await writer.close();

    const written = disk.text(0).split('\n').slice(0, -1);
    expect(written.slice(0, 100).join('\n')).toBe(lines(0, 100).join('').trimEnd());
    expect(parseAccessLine(written[100] ?? '')?.['userAgent']).toBe('berth: 200 lines lost here');
    expect(written.slice(101)).toEqual(['line after']);
    expect(said).toEqual([
      'warn does not keep up: 1000 bytes wait, and lines are dropped until half of them are written',
      'warn cannot be written: no space left on the device (ENOSPC); lines wait in memory',
      'warn lost 200 lines',
      'info is written again',
    ]);
    expect(writer.dropped).toBe(200);
  });

  it('is not asked again at once, but with growing pauses', async () => {
    const { disk, writer, said } = await createBench(createDisk(0));
    writer.append('line\n');
    await until(() => said.length === 1);
    const before = disk.writes;
    const started = performance.now();
    await until(() => disk.writes >= before + 5);
    expect(performance.now() - started).toBeGreaterThan(5);
    await writer.close();
  });

  it('loses only the torn line when somebody empties the file meanwhile', async () => {
    const { disk, writer } = await createBench(createDisk(25));
    for (const line of lines(0, 5)) writer.append(line);
    await until(() => disk.room === 0);
    const [file] = disk.files;
    if (file !== undefined) file.text = '';
    disk.room = Number.POSITIVE_INFINITY;
    await until(() => disk.text(0).includes('lost'));
    await writer.close();
    const written = disk.text(0).split('\n');
    expect(written.slice(0, 2)).toEqual(['line 0003', 'line 0004']);
    expect(parseAccessLine(written[2] ?? '')?.['userAgent']).toBe('berth: 1 line lost here');
    expect(writer.dropped).toBe(1);
  });

  it('ends with a whole line in the old file when the log is rotated away from it', async () => {
    const { disk, writer } = await createBench(createDisk(25));
    for (const line of lines(0, 5)) writer.append(line);
    await until(() => disk.room === 0);
    const reopened = writer.reopen();
    disk.room = 1000;
    await reopened;
    await writer.close();
    expect(disk.text(0) + disk.text(1)).toBe(lines(0, 5).join(''));
    expect(disk.text(0)).toMatch(/(^|\n)$/);
    expect(writer.dropped).toBe(0);
  });
});

describe('a reader that is gone', () => {
  it('gets a fresh opening that begins with a whole line', async () => {
    const { disk, writer, said } = await createBench(createDisk(15));
    for (const line of lines(0, 4)) writer.append(line);
    await until(() => disk.room === 0);
    disk.failure = 'EPIPE';
    await until(() => disk.files.length > 1);
    disk.failure = null;
    disk.room = 1000;
    await until(() => said.includes('info is written again'));
    await writer.close();
    expect(disk.text(disk.files.length - 1)).toBe(lines(1, 4).join(''));
  });

  it('is waited for in silence as long as there is room', async () => {
    const { disk, writer, said } = await createBench();
    disk.failure = 'EAGAIN';
    for (const line of lines(0, 4)) writer.append(line);
    await until(() => disk.writes > 4);
    disk.failure = null;
    await writer.close();
    expect(disk.text(0)).toBe(lines(0, 4).join(''));
    expect(said).toEqual([]);
  });
});

describe('rotation by size', () => {
  // A line has ten bytes.
  it('begins a new file before one gets too large, with whole lines in each, none lost', async () => {
    const disk = createDisk();
    disk.perWrite = 7;
    const { writer, rotation, said } = await createBench(disk);
    rotation.maxBytes = 250;
    for (const line of lines(0, 90)) {
      writer.append(line);
      await Promise.resolve();
    }
    await writer.close();
    expect(disk.files.length).toBe(rotation.shifts + 1);
    expect(rotation.shifts).toBeGreaterThanOrEqual(3);
    for (const { text } of disk.files) {
      expect(text.length).toBeLessThanOrEqual(250);
      expect(text.endsWith('\n')).toBe(true);
    }
    expect(disk.files.map(({ text }) => text).join('')).toBe(lines(0, 90).join(''));
    expect(said).toEqual([]);
  });

  it('counts what was in the file before', async () => {
    const { disk, writer, rotation } = await createBench();
    const first = disk.files[0];
    if (first !== undefined) first.text = lines(0, 5).join('');
    rotation.maxBytes = 55;
    writer.append('line 0005\n');
    await writer.close();
    expect([disk.text(0), disk.text(1)]).toEqual([lines(0, 5).join(''), 'line 0005\n']);
  });

  it('leaves a file alone that somebody emptied meanwhile', async () => {
    const { disk, writer, rotation } = await createBench();
    rotation.maxBytes = 60;
    writer.append(lines(0, 5).join(''));
    await until(() => disk.text(0).length === 50);
    const first = disk.files[0];
    if (first !== undefined) first.text = '';
    writer.append(lines(5, 7).join(''));
    await writer.close();
    expect(disk.text(0)).toBe(lines(5, 7).join(''));
    expect(rotation.shifts).toBe(0);
  });

  it('puts a line that is larger than a file into one of its own', async () => {
    const { disk, writer, rotation } = await createBench();
    rotation.maxBytes = 20;
    const long = `${'x'.repeat(50)}\n`;
    for (const line of ['line 0000\n', long, long]) {
      writer.append(line);
      await until(() => disk.files.some(({ text }) => text.endsWith(line)));
    }
    await writer.close();
    expect(disk.files.map(({ text }) => text)).toEqual(['line 0000\n', long, long]);
  });

  it.each([
    ['rename', 'failure'],
    ['open anew', 'openFailure'],
  ] as const)(
    'that cannot %s is said once, loses nothing, and is tried again later',
    async (_, kind) => {
      const { disk, writer, rotation, clock, said } = await createBench();
      const breakIt = (code: string | null): void => {
        if (kind === 'failure') rotation.failure = code;
        else disk.openFailure = code;
      };
      const wrote = () => disk.files.map(({ text }) => text).join('');
      rotation.maxBytes = 30;
      breakIt('EACCES');
      for (let at = 0; at < 10; at++) {
        writer.append(lines(at, at + 1).join(''));
        await until(() => wrote() === lines(0, at + 1).join(''));
        clock.at += 300;
      }
      expect(disk.files).toHaveLength(1);
      expect(said).toEqual([
        'warn cannot be rotated: permission denied (EACCES); the file grows on',
      ]);
      breakIt(null);
      clock.at += 1000;
      writer.append(lines(10, 11).join(''));
      await writer.close();
      expect(disk.text(0)).toBe(lines(0, 10).join(''));
      expect(disk.text(1)).toBe(lines(10, 11).join(''));
      expect(said).toHaveLength(1);
    },
  );
});
