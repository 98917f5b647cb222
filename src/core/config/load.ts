import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import { parseJson } from '../../shared/config/json.ts';
import { isForBerth, type ReadConfig, readConfig } from '../../shared/config/read.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Directories } from '../system/directories.ts';
import { readOwnConfig } from './ownConfig.ts';
import { errnoOf, readBounded, reasonOf } from './readFile.ts';

export type { ReadConfig };

/** What a configuration depends on besides its file. */
export interface LoadInputs {
  /** What `--config` names; null looks for the file as Hipache did. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths, of the file and in it, start here; those in Berth's own file where that lies. */
  readonly cwd: string;
  /** Processor cores of the machine. */
  readonly cores: number;
  readonly directories: Directories;
  /** Whether root starts it. */
  readonly isRoot: boolean;
}

/** A configuration file that was looked for. */
export interface FoundConfig {
  readonly path: string;
  /** Null: there is none. */
  readonly text: string | null;
  readonly defaults: Config['defaults'];
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration: the file that `findConfig` finds, or what holds without any. Opens no other file.
 *
 * @throws BerthError BERTH_CONFIG_UNREADABLE or BERTH_CONFIG_INVALID
 */
export async function loadConfig(inputs: LoadInputs): Promise<ReadConfig> {
  return interpretConfig(await findConfig(inputs), inputs);
}

/**
 * Finds the file: the one that was named, else `config/config.json` of the current directory, or
 * `config/config_<flavor>.json` with SETTINGS_FLAVOR, as Hipache did; else Berth's own, which may not be there yet.
 *
 * @throws BerthError BERTH_CONFIG_UNREADABLE
 */
export async function findConfig(inputs: LoadInputs): Promise<FoundConfig> {
  const { path, required } = locateConfig(inputs);
  const text = await readConfigText(path);
  if (text !== null) {
    // What is no JSON is told when it is read.
    const json = required ? null : parseJson(text);
    if (json === null || !json.ok || isForBerth(json.value)) {
      return { path, text, defaults: 'hipache', warnings: [] };
    }
  } else if (required) throw new BerthError('BERTH_CONFIG_UNREADABLE', `${path} does not exist`);
  const warning = `${path} has no key of Berth and is passed over; name it with --config if it is meant`;
  const own = ownConfigPath(inputs.directories);
  const ownText = await readConfigText(own);
  if (inputs.isRoot && ownText !== null) await requireRootsOwn(own);
  return {
    path: own,
    text: ownText,
    defaults: 'berth',
    warnings: text === null ? [] : [warning],
  };
}

/**
 * Nobody named this file: whoever else could write it would decide what root does.
 *
 * @throws BerthError BERTH_CONFIG_UNREADABLE
 */
async function requireRootsOwn(path: string): Promise<void> {
  const { uid, mode } = await stat(path);
  if (uid === 0 && (mode & 0o022) === 0) return;
  throw new BerthError(
    'BERTH_CONFIG_UNREADABLE',
    `${path}: root reads it only when nobody else may write it (chown root, chmod go-w), or when --config names it`,
  );
}

/** The file that settings are written to where nobody brought one. No name of Hipache: BERTH_HOME may be where one is. */
const ownConfigPath = ({ config }: Pick<Directories, 'config'>): string =>
  join(config, 'berth.json');

/** What a text comes to in the place of a file. @throws BerthError BERTH_CONFIG_INVALID */
export function interpretConfig(found: FoundConfig, inputs: LoadInputs): ReadConfig {
  const { path, text, defaults } = found;
  const content = text === null ? {} : contentOf(text, path);
  const read =
    defaults === 'hipache'
      ? readConfig(content, path)
      : readOwnConfig(content, { path: text === null ? null : path, ...inputs });
  return {
    config: withAbsolutePaths(
      read.config,
      defaults === 'berth' ? dirname(path) : inputs.cwd,
      inputs.directories,
    ),
    warnings: [...found.warnings, ...read.warnings],
  };
}

function contentOf(text: string, path: string): unknown {
  const json = parseJson(text);
  if (json.ok) return json.value;
  throw new BerthError(
    'BERTH_CONFIG_INVALID',
    `${path}, line ${json.line}, column ${json.column}: ${json.problem}`,
  );
}

/**
 * Where the configuration file is, and whether it must be there.
 *
 * @throws BerthError BERTH_CONFIG_UNREADABLE
 */
export function locateConfig({ file, env, cwd }: Pick<LoadInputs, 'file' | 'env' | 'cwd'>): {
  readonly path: string;
  readonly required: boolean;
} {
  if (file !== null) return { path: resolve(cwd, file), required: true };
  const flavor = env['SETTINGS_FLAVOR'];
  if (!flavor) return { path: join(cwd, 'config', 'config.json'), required: false };
  if (!/^[\w.-]+$/.test(flavor)) {
    throw new BerthError(
      'BERTH_CONFIG_UNREADABLE',
      'SETTINGS_FLAVOR takes letters, digits, ".", "_" and "-"; it names config/config_<flavor>.json',
    );
  }
  return { path: join(cwd, 'config', `config_${flavor}.json`), required: true };
}

/** The text of the file, or null when there is none. @throws BerthError BERTH_CONFIG_UNREADABLE */
export async function readConfigText(path: string): Promise<string | null> {
  try {
    return await readBounded(path, limits.maxConfigBytes);
  } catch (cause) {
    // ENOTDIR: in this directory, `config` is a file.
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(cause) ?? '')) return null;
    throw new BerthError('BERTH_CONFIG_UNREADABLE', `${path}: ${reasonOf(cause)}`, { cause });
  }
}

function withAbsolutePaths(
  config: Config,
  cwd: string,
  standard: Pick<Directories, 'config'>,
): Config {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(cwd, path));
  const { server } = config;
  const { directories } = config.certificates;
  return {
    ...config,
    server: {
      ...server,
      accessLog: absolute(server.accessLog),
      staticDir: server.staticDir === null ? null : absolute(server.staticDir),
    },
    certificates: {
      ...config.certificates,
      directories:
        directories.length === 0
          ? [join(standard.config, 'certificates')]
          : directories.map(absolute),
    },
    binds: config.binds.map((bind) =>
      bind.tls === null || bind.tls.key === null
        ? bind
        : {
            ...bind,
            tls: {
              ...bind.tls,
              key: absolute(bind.tls.key),
              cert: absolute(bind.tls.cert),
              ca: bind.tls.ca.map(absolute),
            },
          },
    ),
  };
}
