import { join } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import { isRecord } from '../../shared/config/documented.ts';
import { embeddedPort } from '../../shared/config/driver.ts';
import { legacyRedisKeys, modernise } from '../../shared/config/legacy.ts';
import { type ReadConfig, readConfig } from '../../shared/config/read.ts';
import type { Directories } from '../system/directories.ts';

/** Ports to try in this order when 80 is taken or not permitted and nobody asked for it. */
const fallbackPorts = [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8088, 8089] as const;

/** The same for HTTPS and 443. */
const secureFallbackPorts = fallbackPorts.map((port) => port + 363);

/** Of the DNS server: nobody's, and none that a system hands out by itself. */
const dnsPort = 15_353;

export interface OwnConfigInputs {
  /** Of Berth's own file; null where there is none. */
  readonly path: string | null;
  /** Processor cores of the machine. */
  readonly cores: number;
  readonly directories: Pick<Directories, 'state'>;
}

/**
 * What holds without a config.json of Hipache, or beside Berth's own file: everything of Hipache, but nothing has to be
 * installed, and what nobody asked for may be another port.
 *
 * @throws BerthError BERTH_CONFIG_INVALID
 */
export function readOwnConfig(
  content: unknown,
  { path, cores, directories }: OwnConfigInputs,
): ReadConfig {
  const given = modernise(content).value;
  const http = sectionOf(given, 'http');
  const https = sectionOf(given, 'https');
  const bindIsSet = isSet(http?.['bind']);
  const driverIsSet =
    isRecord(given) &&
    ['driver', ...Object.keys(legacyRedisKeys.shape)].some((key) => isSet(given[key]));
  const standard = {
    server: { workers: Math.max(1, cores), accessLog: join(directories.state, 'access.log') },
    http: bindIsSet ? {} : { bind: ['127.0.0.1', '::1'] },
    https: isSet(https?.['bind']) ? {} : { bind: ['127.0.0.1', '::1'] },
    containers: { enabled: true },
    names: { dnsPort },
    ...(driverIsSet ? {} : { driver: `embedded://127.0.0.1:${embeddedPort}` }),
  };
  const { config, warnings } = readConfig(merged(standard, content), path ?? 'the defaults');
  return {
    config: {
      ...config,
      file: path,
      defaults: 'berth',
      server: {
        ...config.server,
        accessLogIsSet: isSet(sectionOf(given, 'server')?.['accessLog']),
      },
      fallbackPorts: fallbacksFor(http, fallbackPorts),
      secureFallbackPorts: isSet(https?.['bind']) ? [] : fallbacksFor(https, secureFallbackPorts),
      secureIsSet: https !== null,
      sharedSuffixes: config.suffixes,
      names: {
        ...config.names,
        dnsPortIsSet: sectionOf(given, 'names')?.['dnsPort'] !== undefined,
      },
      driver: driverIsSet ? config.driver : withFallback(config.driver),
    },
    warnings,
  };
}

/** A port that was asked for has no other in its place; as its own fallback it spares a machine without IPv6 the ::1. */
function fallbacksFor(section: Section | null, ports: readonly number[]): readonly number[] {
  const bind = section?.['bind'];
  const entries: readonly unknown[] = Array.isArray(bind) ? bind : [bind];
  if (entries.some((entry) => isRecord(entry) && isSet(entry['port']))) return [];
  const port = section?.['port'];
  if (!isSet(port)) return ports;
  return isSet(bind) ? [] : [Number(port)];
}

const withFallback = (driver: Config['driver']): Config['driver'] =>
  driver.kind === 'embedded' && driver.tcp !== null
    ? { ...driver, tcp: { ...driver.tcp, fallback: true } }
    : driver;

type Section = Readonly<Record<string, unknown>>;

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

function sectionOf(content: unknown, name: string): Section | null {
  const section = isRecord(content) ? content[name] : null;
  return isRecord(section) ? section : null;
}

/** What is given, over the defaults. What is no object is left for the schema to refuse. */
function merged(standard: Section, content: unknown): unknown {
  if (!isRecord(content)) return content;
  const result: Record<string, unknown> = { ...content };
  for (const [key, value] of Object.entries(standard)) {
    const mine = content[key];
    if (!isSet(mine)) result[key] = value;
    else if (isRecord(value) && isRecord(mine)) result[key] = { ...value, ...mine };
  }
  return result;
}
