import { copyFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  copyName,
  hashOf,
  readRecord,
  recordDirectory,
  type StoreRecord,
  type TrustRecord,
  writeRecord,
} from './record.ts';

/*
 * Several instances of one user may have changed a store one after another. Each knows what it was before its own change;
 * only the first knows what it was before all of them. Who goes before the others leaves that to one that stays, so that
 * the last one can put it back.
 */

/** What another instance has recorded. */
export interface OtherRecord {
  /** Of its record. */
  readonly directory: string;
  readonly record: TrustRecord;
}

/** Records of this user's other instances, as far as they can be believed. Never rejects. */
export async function otherRecords(
  dataDirectories: readonly string[],
): Promise<readonly OtherRecord[]> {
  const uid = process.getuid?.();
  const read = dataDirectories.map(async (data): Promise<readonly OtherRecord[]> => {
    try {
      const directory = recordDirectory(data);
      // What another user keeps is for that user to write.
      if (uid !== undefined && (await stat(directory)).uid !== uid) return [];
      return [{ directory, record: await readRecord(directory) }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** What one instance knows of a store. */
interface Known {
  /** Of its record; null for the one that goes. */
  readonly directory: string | null;
  readonly record: StoreRecord;
}

type Hashes = ReadonlyMap<string, string | null>;

const isAfter = ({ saved }: StoreRecord, hashes: Hashes): boolean =>
  saved.length > 0 && saved.every(({ path, after }) => hashes.get(path) === after);

/** Whose "before" all others came after, where nobody but them has changed the store; null where somebody has. */
function firstOf(all: readonly Known[], now: Hashes): Known | null {
  let found = all.find(({ record }) => isAfter(record, now)) ?? null;
  for (let left = all.length; found !== null && left > 0; left--) {
    const { saved } = found.record;
    const before = new Map(saved.map((file) => [file.path, file.before]));
    const earlier = all.find((one) => one !== found && isAfter(one.record, before));
    if (earlier === undefined) return found;
    found = earlier;
  }
  return found;
}

/** What is to be known of a store while one instance takes out its certificate, and others stay. */
export interface HandOver {
  /** Once that is done. @returns whether somebody else sees to what was there before */
  finish(): Promise<boolean>;
}

/** @param leaving of the instance that goes; what it knows is there until it was handed over */
export async function beginHandOver(
  id: string,
  leaving: StoreRecord,
  directory: string,
  others: readonly OtherRecord[],
): Promise<HandOver> {
  const all: Known[] = others.flatMap(({ directory: at, record }) => {
    const store = record.stores[id];
    return store === undefined ? [] : [{ directory: at, record: store }];
  });
  const paths = [leaving, ...all.map(({ record }) => record)].flatMap(({ saved }) =>
    saved.map(({ path }) => path),
  );
  const hashes = async (): Promise<Hashes> =>
    new Map(
      await Promise.all(
        [...new Set(paths)].map(async (path) => [path, await hashOf(path)] as const),
      ),
    );
  const own: Known = { directory: null, record: leaving };
  const found = firstOf([own, ...all], await hashes());
  // What held a certificate of somebody else is no "before" for those who stay.
  const isKnown = found?.record.isFirst === true && !all.some(({ record }) => record.isMade);
  const first = isKnown ? found : null;
  const heir = first !== null && first !== own ? first : all[0];
  const at = heir?.directory ?? null;

  return {
    finish: async () => {
      if (heir === undefined || at === null) return false;
      const then = await hashes();
      const known: StoreRecord = {
        ...heir.record,
        directories: [...new Set([...leaving.directories, ...heir.record.directories])],
      };
      if (leaving.isMade) {
        await replace(at, { ...known, isMade: true, files: leaving.files, saved: [] });
        return true;
      }
      if (first === null) {
        await replace(at, known);
        return false;
      }
      if (first === own) await copyAll(leaving, directory, at);
      const saved = first.record.saved.map((file) => ({
        ...file,
        copy: copyName(id, file.path),
        after: then.get(file.path) ?? null,
      }));
      await replace(at, {
        ...known,
        files: first.record.files,
        saved,
        isFirst: true,
        isShared: true,
      });
      return true;
    },
  };

  async function replace(other: string, store: StoreRecord): Promise<void> {
    const record = await readRecord(other);
    await writeRecord(other, { ...record, stores: { ...record.stores, [id]: store } });
  }

  async function copyAll(from: StoreRecord, source: string, target: string): Promise<void> {
    for (const { path, copy } of from.saved) {
      const part = join(target, `${copyName(id, path)}.part`);
      await copyFile(join(source, copy), part);
      await rename(part, join(target, copyName(id, path)));
    }
  }
}
