import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessLog, openAccessLog } from '../../src/core/accessLog/file.ts';
import { parseAccessLine } from '../support/accessLine.ts';
import { aRecord } from '../support/record.ts';

let directory: string;
let log: AccessLog;
const said: string[] = [];

beforeEach(async () => {
  said.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'berth-log-'));
  log = await openAccessLog(join(directory, 'access.log'), {
    log: (level, message) => said.push(`${level} ${message}`),
    // What is written last is waited for, on a disk of any speed.
    bounds: { logCloseMs: 20_000 },
  });
});

afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

/** The numbers of the requests in a file; fails on a line that does not parse. */
async function numbersIn(name: string): Promise<number[]> {
  const text = await readFile(join(directory, name), 'latin1');
  if (text === '') return [];
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => Number(parseAccessLine(line)?.['target']?.slice(1)));
}

const path = (name: string) => join(directory, name);

describe('rotation of the access log', () => {
  it('puts lines before the signal into the old file and lines after it into the new', async () => {
    log.write([aRecord({ target: '/1' })]);
    await rename(path('access.log'), path('access.log.1'));
    log.write([aRecord({ target: '/2' })]);
    const reopened = log.reopen();
    log.write([aRecord({ target: '/3' })]);
    await reopened;
    await log.close();
    expect(await numbersIn('access.log.1')).toEqual([1, 2]);
    expect(await numbersIn('access.log')).toEqual([3]);
  });

  it('loses and tears no line in twenty rotations under load', async () => {
    const rotations = 20;
    let next = 0;
    // All of it fits into the queue, on a disk of any speed: what does not is dropped, as it should be.
    let allowed = 0;
    let loading = true;
    const load = (async () => {
      for (; loading; await nextTurn()) {
        if (next >= allowed) continue;
        const batch = Array.from({ length: 100 }, () =>
          aRecord({ target: `/${next++}`, userAgent: 'x'.repeat(next % 300) }),
        );
        log.write(batch);
      }
    })();
    for (let rotation = 1; rotation <= rotations; rotation++) {
      allowed += 500;
      while (next < allowed) await nextTurn();
      // It goes on while the log is rotated.
      allowed += 500;
      await rename(path('access.log'), path(`access.log.${rotation}`));
      await log.reopen();
    }
    loading = false;
    await load;
    await log.close();

    const found: number[] = [];
    for (let rotation = 1; rotation <= rotations; rotation++) {
      const numbers = await numbersIn(`access.log.${rotation}`);
      expect(numbers.length).toBeGreaterThan(0);
      found.push(...numbers);
    }
    found.push(...(await numbersIn('access.log')));
    expect(next).toBeGreaterThan(rotations * 500);
    expect(found).toEqual(Array.from({ length: next }, (_, number) => number));
    expect(log.dropped).toBe(0);
    expect(said).toEqual(
      Array.from({ length: rotations }, () => `info access log ${path('access.log')} is reopened`),
    );
  });

  it('survives many signals at once', async () => {
    log.write([aRecord({ target: '/1' })]);
    await Promise.all(Array.from({ length: 50 }, () => log.reopen()));
    log.write([aRecord({ target: '/2' })]);
    await log.close();
    expect(await numbersIn('access.log')).toEqual([1, 2]);
  });

  it('goes on in the old file when the directory is gone', async () => {
    await rename(directory, `${directory}.moved`);
    // A file in its place: the directory cannot be made again.
    await writeFile(directory, '');
    await log.reopen();
    log.write([aRecord({ target: '/1' })]);
    await log.close();
    await rm(directory);
    await rename(`${directory}.moved`, directory);
    expect(await numbersIn('access.log')).toEqual([1]);
    expect(said).toEqual([
      expect.stringMatching(/^warn access log .* cannot be opened anew: .*; the old file is kept$/),
    ]);
  });
});
