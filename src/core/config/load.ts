import { isAbsolute, join, resolve } from 'node:path';
import type { Bind, Config } from '../../shared/config/config.ts';
import { embeddedPort } from '../../shared/config/driver.ts';
import { parseJson } from '../../shared/config/json.ts';
import { isForBerth, type ReadConfig, readConfig } from '../../shared/config/read.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Directories } from '../system/directories.ts';
import { errnoOf, readBounded, reasonOf } from './readFile.ts';

export type { ReadConfig };

/** What a configuration depends on besides its file. */
export interface LoadInputs {
  /** What `--config` names; null looks for the file as Hipache did. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths, of the file and in it, start here. */
  readonly cwd: string;
  /** Processor cores of the machine. */
  readonly cores: number;
  readonly directories: Directories;
}

/**
 * Reads the configuration: the file that was named, else `config/config.json` of the current directory, or
 * `config/config_<flavor>.json` with SETTINGS_FLAVOR; without any, Berth's own defaults. Opens no other file.
 *
 * @throws BerthError BERTH_CONFIG_UNREADABLE or BERTH_CONFIG_INVALID
 */
export async function loadConfig(inputs: LoadInputs): Promise<ReadConfig> {
  const { path, required } = locateConfig(inputs);
  const text = await readText(path);
  if (text === null) {
    if (required) throw new BerthError('BERTH_CONFIG_UNREADABLE', `${path} does not exist`);
    return { config: standardConfig(inputs), warnings: [] };
  }
  const json = parseJson(text);
  if (!json.ok) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `${path}, line ${json.line}, column ${json.column}: ${json.problem}`,
    );
  }
  if (!required && !isForBerth(json.value)) {
    const warning = `${path} has no key of Berth and is passed over; name it with --config if it is meant`;
    return { config: standardConfig(inputs), warnings: [warning] };
  }
  const { config, warnings } = readConfig(json.value, path);
  return { config: withAbsolutePaths(config, inputs.cwd), warnings };
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

/** The text of the file, or null when there is none. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readBounded(path, limits.maxConfigBytes);
  } catch (cause) {
    // ENOTDIR: in this directory, `config` is a file.
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(cause) ?? '')) return null;
    throw new BerthError('BERTH_CONFIG_UNREADABLE', `${path}: ${reasonOf(cause)}`, { cause });
  }
}

function withAbsolutePaths(config: Config, cwd: string): Config {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(cwd, path));
  const { server } = config;
  return {
    ...config,
    server: {
      ...server,
      accessLog: absolute(server.accessLog),
      staticDir: server.staticDir === null ? null : absolute(server.staticDir),
    },
    binds: config.binds.map((bind) =>
      bind.tls === null
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

/** Ports to try in this order when 80 is taken or not permitted and nobody asked for it. */
const fallbackPorts = [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8088, 8089] as const;

/** What holds without any file: everything of Hipache, but nothing has to be installed, and nobody asked for a port. */
function standardConfig({ cores, directories }: LoadInputs): Config {
  const { config } = readConfig({}, 'the defaults');
  const binds: readonly Bind[] = [
    { address: '127.0.0.1', port: 80, tls: null },
    { address: '::1', port: 80, tls: null },
  ];
  return {
    ...config,
    file: null,
    server: {
      ...config.server,
      workers: Math.max(1, cores),
      accessLog: join(directories.state, 'access.log'),
    },
    binds,
    fallbackPorts,
    driver: {
      kind: 'embedded',
      prefix: '',
      tcp: { host: '127.0.0.1', port: embeddedPort, fallback: true },
    },
  };
}
