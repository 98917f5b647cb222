import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded, reasonOf } from '../config/readFile.ts';
import { detectFormat } from './detect.ts';
import { parseBerth } from './formats/berth.ts';
import { parseHosts } from './formats/hosts.ts';
import { type HotelServer, hotelSuffix, parseHotel, suffixOf } from './formats/hotel.ts';
import { parseLocalias } from './formats/localias.ts';
import { parsePortless } from './formats/portless.ts';
import { parseRedisCli } from './formats/redisCli.ts';
import { parseTree, type Tree } from './tree.ts';
import { type Format, formats, type Parsed, type Problem } from './wanted.ts';

/** What is to be imported. */
export interface SourceInput {
  /** Absolute path of a file, or of hotel's directory. */
  readonly path: string;
  /** Null: told by its content. */
  readonly from: Format | null;
  /** For the names of a hosts file, which has no ports. */
  readonly port: number | null;
}

export type Source =
  | { readonly kind: 'frontends'; readonly format: Format; readonly parsed: Parsed }
  /** A config.json of Hipache: the frontends are in the store that it names. */
  | { readonly kind: 'config' };

/**
 * Reads what is to be imported, at most `limits.maxImportBytes` of it.
 *
 * @throws BerthError BERTH_FILE_UNUSABLE, or BERTH_INPUT_INVALID when it is not of its format at all
 */
export async function readSource({ path, from, port }: SourceInput): Promise<Source> {
  if (await isDirectory(path)) {
    if (from !== null && from !== 'hotel') {
      throw invalid(`${path} is a directory; only those of hotel are read (--from hotel)`);
    }
    return { kind: 'frontends', format: 'hotel', parsed: await readHotel(path) };
  }
  const text = await readText(path);
  const format = from ?? detectFormat(text, path);
  if (format === null) {
    // What is not even YAML tells no format: where it breaks says more.
    treeIn(text, path);
    throw invalid(
      `${path} is of no format that is known; name it with --from ${formats.join('|')}`,
    );
  }
  if (format === 'config' || (format === 'hipache' && detectFormat(text) === 'config')) {
    return { kind: 'config' };
  }
  return { kind: 'frontends', format, parsed: await parseText(text, { path, format, port }) };
}

async function parseText(
  text: string,
  { path, format, port }: Pick<SourceInput, 'path' | 'port'> & { readonly format: Format },
): Promise<Parsed> {
  switch (format) {
    case 'hosts':
      return parseHosts(text, port);
    case 'hipache':
      return parseRedisCli(text);
    case 'localias':
      return parseLocalias(treeIn(text, path));
    case 'portless':
      return parsePortless(treeIn(text, path));
    case 'berth':
      return parseBerth(treeIn(text, path));
    case 'hotel': {
      const suffix = await readSuffix(dirname(dirname(path)));
      return parseHotel([{ id: basename(path, '.json'), tree: treeIn(text, path) }], suffix);
    }
  }
}

/** `~/.hotel`, or the directory `servers` in it. A file that cannot be read costs only its own server. */
async function readHotel(path: string): Promise<Parsed> {
  const inside = join(path, 'servers');
  const directory = (await isDirectory(inside).catch(() => false)) ? inside : path;
  const files = (await namesIn(directory)).filter((name) => extname(name) === '.json').sort();
  const servers: HotelServer[] = [];
  const problems: Problem[] = [];
  for (const name of files.slice(0, limits.maxImportFiles)) {
    // hotel's own settings, where somebody names a directory that has both.
    if (name === 'conf.json') continue;
    try {
      const tree = treeIn(await readText(join(directory, name)), name);
      servers.push({ id: basename(name, '.json'), tree });
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      problems.push({ line: null, text: error.detail });
    }
  }
  if (files.length > limits.maxImportFiles) {
    problems.push({ line: null, text: `more than ${limits.maxImportFiles} files` });
  }
  if (files.length === 0) throw invalid(`${directory} has no servers of hotel (*.json)`);
  const parsed = parseHotel(servers, await readSuffix(dirname(directory)));
  const all = [...problems, ...parsed.problems];
  return {
    frontends: parsed.frontends,
    problems: all.slice(0, limits.maxImportProblems),
    moreProblems: parsed.moreProblems + Math.max(0, all.length - limits.maxImportProblems),
  };
}

/** hotel's suffix; its own default where there is no `conf.json`. */
async function readSuffix(directory: string): Promise<string> {
  const path = join(directory, 'conf.json');
  let text: string;
  try {
    text = await readBounded(path, limits.maxImportBytes);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return hotelSuffix;
    throw unusable(path, error);
  }
  return suffixOf(treeIn(text, path));
}

function treeIn(text: string, path: string): Tree {
  const parsed = parseTree(text);
  if (parsed.ok) return parsed.tree;
  const line = parsed.line === null ? '' : `, line ${parsed.line}`;
  throw invalid(`${path}${line}: ${parsed.problem}`);
}

async function readText(path: string): Promise<string> {
  try {
    return await readBounded(path, limits.maxImportBytes);
  } catch (cause) {
    throw unusable(path, cause);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unusable(path, cause);
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    throw unusable(directory, cause);
  }
}

const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);

const unusable = (path: string, cause: unknown): BerthError =>
  new BerthError('BERTH_FILE_UNUSABLE', `${path}: ${reasonOf(cause)}`, { cause });
