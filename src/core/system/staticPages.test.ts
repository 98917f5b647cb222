import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { readStaticPages, readStaticPagesOr } from './staticPages.ts';

// What becomes of pages that a user may not read any more needs another user: test/faults/privileges.test.ts.

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-pages-'));
});
afterEach(() => rm(directory, { recursive: true }));

const kept: string[] = [];
const readAgain = (before: Readonly<Record<string, string>>) =>
  readStaticPagesOr(before, directory, (path) => kept.push(path));

test('pages are read by their names, and nothing else is', async () => {
  await writeFile(join(directory, 'error_404.html'), 'not here');
  await writeFile(join(directory, 'error_default.html'), 'any');
  await writeFile(join(directory, 'error_40.html'), 'no code');
  await mkdir(join(directory, 'images'));
  expect(await readStaticPages(directory)).toEqual({ '404': 'not here', default: 'any' });
  expect(await readStaticPages(null)).toEqual({});
});

test('when they are read again, what is there counts: changed, new and removed pages', async () => {
  await writeFile(join(directory, 'error_404.html'), 'changed');
  await writeFile(join(directory, 'error_502.html'), 'new');
  const before = { '404': 'as it was', default: 'removed since' };
  expect(await readAgain(before)).toEqual({ '404': 'changed', '502': 'new' });
  expect(kept).toEqual([]);
});

describe('what cannot be read for a reason other than this user is refused, with the file and the reason', () => {
  const refusal = (path: string, reason: string) =>
    new BerthError('BERTH_CONFIG_INVALID', `server.staticDir: "${path}" cannot be read: ${reason}`);

  test.each([
    ['read for the first time', () => readStaticPages(directory)],
    ['known from before', () => readAgain({ '502': 'as it was' })],
  ])('a page that is %s', async (_name, read) => {
    const page = join(directory, 'error_502.html');
    await mkdir(page);
    await expect(read()).rejects.toThrow(refusal(page, 'it is a directory'));
    await rm(page, { recursive: true });
    await writeFile(page, 'x'.repeat(limits.maxStaticPageBytes + 1));
    await expect(read()).rejects.toThrow(
      refusal(page, `it is larger than ${limits.maxStaticPageBytes} bytes`),
    );
  });

  test('a directory that is gone', async () => {
    const gone = join(directory, 'gone');
    const reading = readStaticPagesOr({ default: 'as it was' }, gone, () => {});
    await expect(reading).rejects.toThrow(refusal(gone, 'it does not exist'));
  });
});
