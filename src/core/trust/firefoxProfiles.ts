import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { readBounded } from '../config/readFile.ts';

/** A profile of Firefox, or of what is made of it. */
export interface FirefoxProfile {
  /** Unique among those of one place, as `ab12cd.default-release`. */
  readonly name: string;
  readonly directory: string;
  /** Whether it has a database of NSS: Firefox makes it when it is first started. */
  readonly hasDatabase: boolean;
}

/** Directories that `profiles.ini` names, by the directory that it lies in. */
export function readProfilesIni(text: string, base: string): readonly string[] {
  const profiles: { path?: string; isRelative: boolean }[] = [];
  let section: { path?: string; isRelative: boolean } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]*)\]\s*$/.exec(line);
    if (head !== null) {
      section = /^Profile/i.test(head[1] ?? '') ? { isRelative: true } : null;
      if (section !== null) profiles.push(section);
      continue;
    }
    const pair = /^\s*(Path|IsRelative)\s*=\s*(.*?)\s*$/i.exec(line);
    if (pair === null || section === null) continue;
    if (pair[1]?.toLowerCase() === 'path') section.path = pair[2] ?? '';
    else section.isRelative = pair[2] !== '0';
  }
  const paths = profiles.flatMap(({ path, isRelative }) => {
    if (path === undefined || path === '') return [];
    if (isRelative) return [join(base, path)];
    return isAbsolute(path) ? [path] : [];
  });
  return [...new Set(paths)];
}

/** The profiles of one place; empty where there is no Firefox. Those that are gone are left out. */
export async function firefoxProfiles(base: string): Promise<readonly FirefoxProfile[]> {
  const text = await readBounded(join(base, 'profiles.ini'), limits.maxTrustedFileBytes).catch(
    () => null,
  );
  if (text === null) return [];
  const paths = readProfilesIni(text, base).slice(0, limits.maxFirefoxProfiles);
  const found = await Promise.all(
    paths.map(async (directory): Promise<FirefoxProfile | null> => {
      const names = await readdir(directory).catch(() => null);
      if (names === null) return null;
      return { name: basename(directory), directory, hasDatabase: names.includes('cert9.db') };
    }),
  );
  return found.filter((profile) => profile !== null);
}
