import { chmod, chown, copyFile, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { makeDirectory } from '../system/makeDirectory.ts';
import { copyName, hashBefore, hashOf, type StoreRecord } from './record.ts';
import type { TrustStore, Undo } from './store.ts';

/** A store's files as they are before a change of them. */
export interface Snapshot {
  readonly copies: readonly {
    readonly path: string;
    readonly copy: string;
    readonly hash: string;
  }[];
  /** Files that were not there, and directories, from the top. */
  readonly missing: readonly string[];
  readonly making: readonly string[];
}

/**
 * Copies a store's files.
 *
 * @param directory for the copies; made for this user alone
 * @param mark keeps the copies apart from those of another time
 * @throws BerthError BERTH_FILE_UNUSABLE for a file of which there can be no copy
 */
export async function takeSnapshot(
  { id, files, making }: Pick<TrustStore, 'id' | 'files' | 'making'>,
  directory: string,
  mark: string,
): Promise<Snapshot> {
  const copies: { path: string; copy: string; hash: string }[] = [];
  const missing: string[] = [];
  const hashes = await Promise.all(files.map(hashBefore));
  for (const [at, path] of files.entries()) {
    const hash = hashes[at] ?? null;
    if (hash === null) {
      missing.push(path);
      continue;
    }
    await makeDirectory(directory, { mode: 0o700 });
    const copy = `${copyName(id, path)}${mark}`;
    await copyFile(path, join(directory, copy));
    // It goes back with the mode of the file that it is of.
    await chmod(join(directory, copy), (await stat(path)).mode & 0o777);
    copies.push({ path, copy, hash });
  }
  return { copies, missing, making };
}

/** Puts everything back as it was before a change that failed. */
export async function rollBack(
  { copies, missing, making }: Snapshot,
  directory: string,
): Promise<void> {
  for (const { path, copy, hash } of copies) {
    // What only root may write was either not changed, or is for the next change to put right.
    if ((await hashOf(path)) !== hash)
      await putBack(join(directory, copy), path).catch(() => undefined);
  }
  for (const path of missing) await rm(path, { force: true });
  for (const made of [...making].reverse()) await rmdir(made).catch(() => undefined);
}

export async function dropCopies(
  copies: readonly { readonly copy: string }[],
  directory: string,
): Promise<void> {
  for (const { copy } of copies) await rm(join(directory, copy), { force: true });
}

/** Whether nobody but Berth has changed the files that it knows from before. */
export async function isUnchanged({ saved, begun, undoing }: StoreRecord): Promise<boolean> {
  if (saved.length === 0) return false;
  const known = await Promise.all(
    saved.map(async ({ path, before, after }) => {
      const now = await hashOf(path);
      if (now === before || now === after) return true;
      // A change that was cut off, or the way back, has changed it while it lasted.
      return (
        (after === null && (await isOfChange(path, begun))) || (await isOfChange(path, undoing))
      );
    }),
  );
  return known.every((isKnown) => isKnown);
}

/** Whether a file was last changed in the time that a change may take. */
async function isOfChange(path: string, begun: number | undefined): Promise<boolean> {
  if (begun === undefined) return false;
  const { mtimeMs } = await stat(path);
  return mtimeMs >= begun - clockGrainMs && mtimeMs <= begun + longestChangeMs;
}

/** File systems round times down, some by this much. */
const clockGrainMs = 2000;

/** A person is asked for the rights, then programs run. */
const longestChangeMs = limits.elevationMs + limits.trustChangeMs;

/**
 * What is recorded of a store while a change of it is under way.
 *
 * @param unchanged what `isUnchanged` said of the earlier one
 * @param now Unix ms
 * @param isThere whether a certificate of this instance is in it already, of which nothing is recorded
 * @param isFirst whether nothing of another instance is in it
 */
export function recordOf(
  earlier: StoreRecord | null,
  { copies, missing, making }: Snapshot,
  {
    unchanged,
    isThere,
    isFirst,
    now,
  }: {
    readonly unchanged: boolean;
    readonly isThere: boolean;
    readonly isFirst: boolean;
    readonly now: number;
  },
): StoreRecord {
  if (earlier === null) {
    const isMade = copies.length === 0 && missing.length > 0;
    const saved = copies.map(({ path, copy, hash }) => ({ path, copy, before: hash, after: null }));
    return {
      directories: [...making],
      files: isThere ? [] : [...missing],
      isMade,
      // As it was before, it held what is to go.
      saved: isThere ? [] : saved,
      ...(isFirst ? { isFirst } : {}),
      begun: now,
    };
  }
  const { undoing: _undoing, ...kept } = earlier;
  const directories = [...new Set([...earlier.directories, ...making])];
  // What somebody else has changed since is no "before".
  const saved = unchanged ? earlier.saved.map((file) => ({ ...file, after: null })) : [];
  return { ...kept, directories, saved, begun: now };
}

/** The record of a store when its change is done. */
export async function sealed({ begun: _begun, ...record }: StoreRecord): Promise<StoreRecord> {
  const saved = await Promise.all(
    record.saved.map(async (file) => ({ ...file, after: await hashOf(file.path) })),
  );
  return { ...record, saved };
}

async function putBack(copy: string, path: string): Promise<void> {
  const beside = `${path}.berth`;
  const { mode, uid, gid } = await stat(path);
  await copyFile(copy, beside);
  await chmod(beside, mode & 0o777);
  await chown(beside, uid, gid).catch(() => undefined);
  await rename(beside, path);
}

/** What is known when a store is to be as before. */
export interface UndoFacts {
  readonly record: StoreRecord | null;
  /** Whether there is anything in the store that is not Berth's. */
  readonly hasOthers: boolean;
  /** Programs that have its files open. */
  readonly users: readonly string[];
  /** Directories that Berth made, and that hold nothing of others. */
  readonly empty: readonly string[];
  /** Whether each saved file is as Berth's last change left it. */
  readonly isUnchanged: boolean;
  /** Saved files that hold what they held before. */
  readonly asBefore: ReadonlySet<string>;
  /** Whether the files are those of a database. */
  readonly isDatabase: boolean;
  /** Of the copies. */
  readonly directory: string;
}

/** Decides how a store comes to be as it was: to the byte, where nobody else has changed it meanwhile. */
export function undoOf(facts: UndoFacts): Undo {
  const { record, users, directory } = facts;
  if (record === null) return { kind: 'entries', directories: [] };
  const directories = facts.isDatabase ? [] : record.directories;
  const byEntries: Undo = { kind: 'entries', directories };
  // Who has a database open would write into the one that is gone.
  if (users.length > 0) return byEntries;
  if (facts.isDatabase && record.isMade) {
    return facts.hasOthers
      ? byEntries
      : { kind: 'delete', files: record.files, directories: facts.empty };
  }
  if (!facts.isUnchanged) return byEntries;
  // Keys may be kept by now in what came with the change, while the rest stayed as it was.
  if (facts.isDatabase && record.files.some((path) => path.endsWith('.db'))) return byEntries;
  const changed = record.saved.filter(({ path }) => !facts.asBefore.has(path));
  return {
    kind: 'restore',
    files: changed.map(({ path, copy }) => ({ path, copy: join(directory, copy) })),
    made: record.files,
    directories,
  };
}

/**
 * What `undoOf` asks of the disk.
 *
 * @param directory of the copies
 */
export async function undoFacts(
  record: StoreRecord | null,
  directory: string,
): Promise<Pick<UndoFacts, 'empty' | 'isUnchanged' | 'asBefore'>> {
  if (record === null) return { empty: [], isUnchanged: false, asBefore: new Set() };
  const asBefore = new Set<string>();
  for (const { path, before } of record.saved) {
    if ((await hashOf(path)) === before) asBefore.add(path);
  }
  return {
    asBefore,
    empty: await emptyWithout(record.directories, record.files),
    isUnchanged: (await isUnchanged(record)) && (await areWhole(record.saved, directory)),
  };
}

/** Whether each copy holds what the file held that it is of. */
async function areWhole(saved: StoreRecord['saved'], directory: string): Promise<boolean> {
  const hashes = await Promise.all(saved.map(({ copy }) => hashOf(join(directory, copy))));
  return saved.every(({ before }, at) => hashes[at] === before);
}

/** What a record says of a store's own files. Others are none of its, whatever the record says. */
export function recordWithin(
  record: StoreRecord,
  { files }: Pick<TrustStore, 'files'>,
): StoreRecord {
  const own = new Set(files);
  return {
    ...record,
    files: record.files.filter((path) => own.has(path)),
    saved: record.saved.filter(({ path }) => own.has(path)),
  };
}

/** Which of these directories, from the top, would be empty without these files. */
async function emptyWithout(
  directories: readonly string[],
  files: readonly string[],
): Promise<readonly string[]> {
  const gone = new Set(files);
  const empty: string[] = [];
  for (const directory of [...directories].reverse()) {
    const names = await readdir(directory).catch(() => null);
    if (names === null || names.some((name) => !gone.has(join(directory, name)))) continue;
    gone.add(directory);
    empty.unshift(directory);
  }
  return empty;
}
