import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded, readBoundedBytes } from '../config/readFile.ts';
import { requireOwnPath } from '../system/ownPath.ts';
import { writeWhole } from '../system/writeWhole.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const savedSchema = z.strictObject({
  /** Absolute path of a file that was there before. */
  path: z.string(),
  /** Name of its copy, beside the record. */
  copy: z.string().regex(/^[\w.-]+$/),
  /** SHA-256 of what it held, and of what it holds since; null while a change is under way. */
  before: hash,
  after: hash.nullable(),
});

const recordSchema = z.strictObject({
  version: z.literal(1),
  /** Fingerprints of all certificates that were put anywhere. */
  authorities: z.array(hash),
  stores: z.record(
    z.string(),
    z.strictObject({
      /** Directories that were made, from the top. */
      directories: z.array(z.string()),
      /** Files that were made; all of them, where the whole database was. */
      files: z.array(z.string()),
      isMade: z.boolean(),
      saved: z.array(savedSchema),
      /** `saved` was taken while nothing of another instance was there. */
      isFirst: z.boolean().optional(),
      /** `saved` is what was there before another instance, too: it is for the last one to go. */
      isShared: z.boolean().optional(),
      /** Unix ms at which a change of it began that has not ended. */
      begun: z.number().optional(),
      /** The same of taking it back: until that has ended, part of it may be done. */
      undoing: z.number().optional(),
    }),
  ),
});

/** What was done to this machine for its trust, so that it can be undone to the byte. */
export type TrustRecord = z.infer<typeof recordSchema>;
export type StoreRecord = TrustRecord['stores'][string];

const emptyRecord: TrustRecord = { version: 1, authorities: [], stores: {} };

/** Name of the record in its directory. */
const recordName = 'record.json';

/** Where the record and its copies lie; for this user alone. */
export const recordDirectory = (dataDirectory: string): string => join(dataDirectory, 'trust');

const fileOf = (directory: string): string => join(directory, recordName);

/** The record of an instance: it changes with every change of trust. */
export const recordPath = (dataDirectory: string): string => fileOf(recordDirectory(dataDirectory));

/**
 * The record; empty where there is none. One that cannot be read says so: what it knew cannot be undone to the byte. Of one
 * that another user can have written nothing is believed.
 *
 * @throws BerthError BERTH_FILE_UNUSABLE, BERTH_DIRECTORY_UNUSABLE
 */
export async function readRecord(directory: string): Promise<TrustRecord> {
  await requireOwnPath(dirname(directory), [basename(directory), recordName]);
  const text = await readBounded(fileOf(directory), limits.maxConfigBytes).catch(
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    },
  );
  if (text === null) return emptyRecord;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const read = recordSchema.safeParse(value);
  if (!read.success) {
    throw new BerthError('BERTH_FILE_UNUSABLE', `${fileOf(directory)} is damaged; remove it`);
  }
  return read.data;
}

/** An empty record takes its directory with it. */
export async function writeRecord(directory: string, record: TrustRecord): Promise<void> {
  if (record.authorities.length === 0 && Object.keys(record.stores).length === 0) {
    await rm(directory, { recursive: true, force: true });
    return;
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeWhole(fileOf(directory), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** SHA-256 of what a file holds; null where it is missing or cannot be read. */
export async function hashOf(path: string): Promise<string | null> {
  const data = await readBoundedBytes(path, limits.maxSavedDatabaseBytes).catch(() => null);
  return data === null ? null : createHash('sha256').update(data).digest('hex');
}

/**
 * The same of a file that a change may take back: what cannot be read is not taken for missing, and removed then.
 *
 * @throws BerthError BERTH_FILE_UNUSABLE
 */
export async function hashBefore(path: string): Promise<string | null> {
  const hash = await hashOf(path);
  if (hash !== null || (await isMissing(path))) return hash;
  throw new BerthError('BERTH_FILE_UNUSABLE', `${path}: no copy of it can be kept`);
}

const isMissing = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? ''),
  );

/** Name of the copy of a file: one for each store and file. */
export const copyName = (storeId: string, path: string): string =>
  createHash('sha256').update(`${storeId}\n${path}`).digest('hex').slice(0, 32);
