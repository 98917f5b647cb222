import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded } from '../config/readFile.ts';
import type { Step } from '../elevation/index.ts';
import { requireOwnPath } from '../system/ownPath.ts';
import { writeWhole } from '../system/writeWhole.ts';

const recordSchema = z.strictObject({
  version: z.literal(1),
  /** Unix ms of the first change. */
  since: z.number(),
  /** Files of the machine that were changed, or were about to be. */
  files: z.array(z.string()),
  /** Directories that were missing before, those further up first. */
  directories: z.array(z.string()),
});

/** What `berth setup` did to this machine, written before it is done. */
export type SetupRecord = z.infer<typeof recordSchema>;

const names = ['setup', 'record.json'] as const;
const directoryOf = (data: string): string => join(data, names[0]);
const fileOf = (data: string): string => join(data, ...names);

/**
 * Null where nothing was done, or all of it undone.
 *
 * @throws BerthError BERTH_FILE_UNUSABLE for one that is damaged, BERTH_DIRECTORY_UNUSABLE where another user can have
 * written it
 */
export async function readSetupRecord(data: string): Promise<SetupRecord | null> {
  await requireOwnPath(data, names);
  const path = fileOf(data);
  const text = await readBounded(path, limits.maxConfigBytes).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const read = recordSchema.safeParse(parsed(text));
  if (!read.success) throw new BerthError('BERTH_FILE_UNUSABLE', `${path} is damaged; remove it`);
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Records what steps will change. For this user alone. */
export async function recordSteps(
  data: string,
  steps: readonly Step[],
  now: number,
): Promise<void> {
  const paths = steps.flatMap((step) =>
    'file' in step && step.isCopy !== true ? [step.file.path] : [],
  );
  if (steps.length === 0) return;
  const before = (await readSetupRecord(data)) ?? {
    version: 1,
    since: now,
    files: [],
    directories: [],
  };
  const missing: string[] = [];
  for (const path of paths) missing.push(...(await missingAbove(path)));
  const record: SetupRecord = {
    ...before,
    files: [...new Set([...before.files, ...paths])],
    directories: [...new Set([...before.directories, ...missing])],
  };
  await mkdir(directoryOf(data), { recursive: true, mode: 0o700 });
  await writeWhole(fileOf(data), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** Everything is undone. */
export async function dropSetupRecord(data: string): Promise<void> {
  await rm(fileOf(data), { force: true });
  await rmdir(directoryOf(data)).catch(() => undefined);
}

async function missingAbove(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    const isThere = await stat(at).then(
      () => true,
      () => false,
    );
    if (isThere) break;
    missing.unshift(at);
  }
  return missing;
}
