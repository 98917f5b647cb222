import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessLogOptions, openAccessLog } from '../../src/core/accessLog/file.ts';
import { aRecord } from '../support/record.ts';
import { isRoot, itWhen, rootReason } from '../support/requirement.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-log-'));
});
afterEach(() => rm(directory, { recursive: true }));

const options: AccessLogOptions = {
  log: () => {
    throw new Error('nothing to say here');
  },
};

async function writeOne(path: string, more: Partial<AccessLogOptions> = {}): Promise<void> {
  const log = await openAccessLog(path, { ...options, ...more });
  log.write([aRecord()]);
  await log.close();
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the path of the access log', () => {
  it('is created with its directories, readable by its group alone', async () => {
    const path = join(directory, 'a/b/access.log');
    await writeOne(path);
    expect(await readFile(path, 'latin1')).toMatch(/^::ffff:127\.0\.0\.1 .*\n$/);
    expect(await modeOf(path)).toBe('640');
    expect(await modeOf(join(directory, 'a'))).toBe('750');
  });

  itWhen(
    isRoot,
    rootReason,
    'belongs to the user the instance will become, directories included',
    async () => {
      await writeOne(join(directory, 'a/b/access.log'), { owner: { uid: 4321, gid: 4322 } });
      for (const made of ['a', 'a/b', 'a/b/access.log']) {
        expect(await stat(join(directory, made))).toMatchObject({ uid: 4321, gid: 4322 });
      }
      expect(await stat(directory)).toMatchObject({ uid: 0 });
    },
  );

  it('is appended to', async () => {
    const path = join(directory, 'access.log');
    await writeFile(path, 'earlier\n', { mode: 0o600 });
    await writeOne(path);
    expect(await readFile(path, 'latin1')).toMatch(/^earlier\n::ffff.*\n$/);
    expect(await modeOf(path)).toBe('600');
  });

  it('is ended first where a power cut left half a line', async () => {
    const path = join(directory, 'access.log');
    await writeFile(path, 'whole\nhalf');
    await writeOne(path);
    expect(await readFile(path, 'latin1')).toMatch(/^whole\nhalf\n::ffff.*\n$/);
  });

  it('may be a link', async () => {
    await symlink(join(directory, 'real.log'), join(directory, 'access.log'));
    await writeOne(join(directory, 'access.log'));
    expect(await readFile(join(directory, 'real.log'), 'latin1')).toMatch(/^::ffff.*\n$/);
  });

  it('may be /dev/null', async () => {
    const log = await openAccessLog('/dev/null', options);
    log.write([aRecord()]);
    await log.reopen();
    await log.close();
    expect(log.dropped).toBe(0);
  });

  it('is refused with key, path and reason where it cannot be written', async () => {
    await mkdir(join(directory, 'sub'));
    await writeFile(join(directory, 'file'), '');
    await symlink(join(directory, 'circle'), join(directory, 'circle'));
    const refusals: readonly (readonly [string, string])[] = [
      ['', 'server.accessLog is empty; it takes a path, or /dev/null for no log'],
      [join(directory, 'sub'), 'it is a directory (EISDIR)'],
      [join(directory, 'new/'), 'it ends with / and names no file'],
      [join(directory, 'file/access.log'), 'a part of its path is not a directory (EEXIST)'],
      [join(directory, 'circle'), 'the path is a circle of links (ELOOP)'],
      [join(directory, 'x'.repeat(300)), 'the path is too long (ENAMETOOLONG)'],
      [join(directory, 'a\u0000b'), 'the path is not valid (ERR_INVALID_ARG_VALUE)'],
    ];
    for (const [path, reason] of refusals) {
      const error: unknown = await openAccessLog(path, options).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'BerthError', code: 'BERTH_CONFIG_INVALID' });
      expect(String(error)).toContain(reason);
      if (path !== '') expect(String(error)).toContain(`server.accessLog ${JSON.stringify(path)}`);
    }
  });
});
