import type { z } from 'zod';
import { BerthError } from '../errors.ts';
import type { ManagedTls } from '../model/listener.ts';
import type { Bind, Config, TlsFiles } from './config.ts';
import { describePath, describeValue, nearest, type Path } from './describe.ts';
import { docAt, isNumber, isRecord, keysIn, keysOf } from './documented.ts';
import { legacyRedisKeys, legacyStore, modernise } from './legacy.ts';
import { type ConfigFile, defaultSuffixes, schema } from './schema.ts';

/** A configuration and what a person should hear about it. */
export interface ReadConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/** Lines of problems or warnings that are said; the rest is counted. */
const maxLines = 30;

/**
 * Reads the content of a config.json. Paths stay as they were written.
 *
 * @param file the path to name in messages
 * @throws BerthError BERTH_CONFIG_INVALID that lists every problem
 */
export function readConfig(content: unknown, file: string): ReadConfig {
  const { value, origins, warnings } = modernise(content);
  const parsed = examined(file, () => schema.safeParse(value));
  const oldRedis = examined(file, () => legacyRedisKeys.safeParse(isRecord(value) ? value : {}));
  const problems = [
    ...explain(schema, value, parsed.error?.issues ?? [], origins),
    ...explain(legacyRedisKeys, value, oldRedis.error?.issues ?? [], origins),
  ];
  const heard = [...warnings, ...remarks(value, origins)];
  if (!parsed.success || !oldRedis.success) throw invalid(file, problems, heard);

  const settings = parsed.data;
  const { binds, problems: bindProblems } = effectiveBinds(settings);
  if (bindProblems.length > 0) throw invalid(file, bindProblems, heard);
  const given = isRecord(value) ? value : {};
  const driverIsSet = given['driver'] !== undefined;
  const suffixes = [...new Set(settings.suffixes ?? defaultSuffixes)];
  const config: Config = {
    file,
    defaults: 'hipache',
    server: {
      ...settings.server,
      accessLogIsSet: isRecord(given['server']) && given['server']['accessLog'] !== undefined,
    },
    binds,
    fallbackPorts: [],
    secureFallbackPorts: [],
    secureIsSet: true,
    certificates: {
      names: [...new Set(settings.certificates.names)],
      directories: [...new Set(settings.certificates.directories)],
    },
    control: {
      ...settings.control,
      portIsSet: isRecord(given['control']) && given['control']['port'] !== undefined,
    },
    driver: driverIsSet ? settings.driver : (legacyStore(oldRedis.data) ?? settings.driver),
    user: settings.user,
    group: settings.group,
    suffixes,
    // Hipache knows no suffixes: where nobody names them, its file means what it always did.
    sharedSuffixes: settings.suffixes === null ? [] : suffixes,
    names: {
      ...settings.names,
      dnsPortIsSet: isRecord(given['names']) && given['names']['dnsPort'] !== undefined,
    },
    containers: { ...settings.containers, engines: [...new Set(settings.containers.engines)] },
  };
  return { config, warnings: atMost(maxLines, heard) };
}

/** An object whose own `length` or `toString` is nonsense makes a check of the schema throw instead of fail. */
function examined<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const reason = 'an object has a key such as "length" or "toString" whose value makes no sense';
    throw new BerthError('BERTH_CONFIG_INVALID', `${file}: ${reason}`, { cause: error });
  }
}

/**
 * Whether a content could be meant for Berth: `config/config.json` is a common name, and other programs have one too.
 * An empty object could.
 */
export function isForBerth(content: unknown): boolean {
  if (!isRecord(content)) return true;
  const names = Object.keys(content);
  return names.length === 0 || names.some((name) => topLevelKeys.has(name));
}

const topLevelKeys: ReadonlySet<string> = new Set([
  ...(keysOf(schema) ?? new Map<string, unknown>()).keys(),
  ...Object.keys(legacyRedisKeys.shape),
]);

/**
 * The error for a configuration with one or more problems, each on a line of its own when there are several.
 *
 * @param warnings what would have been said beside a valid one: a misspelt key may be why another is missing
 */
export function invalid(
  file: string,
  problems: readonly string[],
  warnings: readonly string[] = [],
): BerthError {
  const [only] = problems;
  const detail =
    problems.length === 1
      ? `${file}: ${only}`
      : `${problems.length} problems in ${file}${atMost(maxLines, problems)
          .map((line) => `\n  - ${line}`)
          .join('')}`;
  const also = atMost(maxLines, warnings).map((line) => `\n  also: ${line}`);
  return new BerthError('BERTH_CONFIG_INVALID', detail + also.join(''));
}

function atMost(lines: number, all: readonly string[]): readonly string[] {
  return all.length <= lines
    ? all
    : [...all.slice(0, lines), `and ${all.length - lines} more of the kind`];
}

/** One sentence for each issue: key, value, what is wrong if there is more to say, and what it takes. */
function explain(
  root: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  origins: ReadonlyMap<string, string>,
): readonly string[] {
  const lines = issues.map((issue) => {
    const path = existing(value, issue.path);
    const found = valueAt(value, path);
    const where = path.length === 0 ? 'the file' : writtenAs(path, origins);
    const is = found === undefined ? 'is missing' : `is ${describeValue(found, path)}`;
    const why = issue.code === 'custom' && isSentence(issue.message) ? `: ${issue.message}` : '';
    const takes = docAt(root, value, issue.path)?.takes ?? 'an object with keys';
    return `${where} ${is}${why}; it takes ${takes}`;
  });
  return [...new Set(lines)];
}

/** Zod's own words for a custom issue say nothing. */
function isSentence(message: string): boolean {
  return message !== '' && !message.startsWith('Invalid');
}

/** The path as far as the file has it: a lone address is read as a list of one, but was not written as one. */
function existing(value: unknown, path: Path): Path {
  let here = value;
  for (const [index, part] of path.entries()) {
    if (Array.isArray(here) ? typeof part !== 'number' : !isRecord(here))
      return path.slice(0, index);
    here = Reflect.get(here as object, part);
    // What is missing is named, but nothing below it.
    if (here === undefined) return path.slice(0, index + 1);
  }
  return path;
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (!isRecord(here) && !Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, part) ? Reflect.get(here, part) : undefined;
  }
  return here;
}

/** The path in the words of the file: `http.port` may have been written as `server.port`. */
function writtenAs(path: Path, origins: ReadonlyMap<string, string>): string {
  for (let length = path.length; length > 0; length--) {
    const origin = origins.get(path.slice(0, length).join('.'));
    if (origin === undefined) continue;
    const rest = describePath(path.slice(length));
    return rest === '' || rest.startsWith('[') ? origin + rest : `${origin}.${rest}`;
  }
  return describePath(path);
}

/** Warnings on keys that nobody knows, and on numbers in quotes. */
function remarks(value: unknown, origins: ReadonlyMap<string, string>): readonly string[] {
  const lines: string[] = [];
  for (const { path, value: found, schema: known, siblings } of keysIn(schema, value)) {
    const name = String(path.at(-1));
    if (known === null) {
      if (path.length === 1 && (name === '$schema' || Object.hasOwn(legacyRedisKeys.shape, name))) {
        continue;
      }
      const meant = suggestion(path, siblings, origins);
      lines.push(
        `${writtenAs(path, origins)} is not a key of Berth${meant === null ? '' : `: did you mean ${meant}?`}`,
      );
    } else if (isNumber(known) && typeof found === 'string' && isNumeral(found)) {
      lines.push(
        `${writtenAs(path, origins)} is ${describeValue(found, path)}: read as a number, write it without quotes`,
      );
    }
  }
  return lines;
}

/** `server.workers` and all others that stand in a section. */
const sectionKeys: readonly string[] = [...(keysOf(schema) ?? [])].flatMap(([section, inner]) =>
  [...(keysOf(inner)?.keys() ?? [])].map((key) => `${section}.${key}`),
);

const isNumeral = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** The whole key that was probably meant, or null. */
function suggestion(
  path: Path,
  siblings: readonly string[],
  origins: ReadonlyMap<string, string>,
): string | null {
  const name = String(path.at(-1));
  const near = nearest(name, siblings);
  if (near !== null) return writtenAs([...path.slice(0, -1), near], origins);
  return sectionKeys.find((key) => key.endsWith(`.${name}`)) ?? null;
}

type HttpsSection = ConfigFile['https'];

function effectiveBinds({ http, https }: ConfigFile): {
  readonly binds: readonly Bind[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const placed: { readonly where: string; readonly bind: Bind }[] = [];
  for (const [index, entry] of http.bind.entries()) {
    placed.push({
      where: `http.bind[${index}]`,
      bind: { address: entry.address, port: entry.port ?? http.port, tls: null },
    });
  }
  for (const [index, entry] of https.bind.entries()) {
    const where = `https.bind[${index}]`;
    const tls = tlsOf(entry, https);
    for (const name of ['key', 'cert'] as const) {
      if (tls[name] === '') {
        problems.push(`${where} has no ${name}; set https.${name} or ${where}.${name} to a file`);
      }
    }
    placed.push({
      where,
      bind: { address: entry.address, port: entry.port ?? https.port, tls },
    });
  }
  if (placed.length === 0) {
    problems.push('nothing is bound; http.bind or https.bind takes at least one address');
  }
  const seen = new Map<string, string>();
  for (const { where, bind } of placed) {
    if (bind.port === 0) continue;
    const at = `${bind.address.includes(':') ? `[${bind.address}]` : bind.address}:${bind.port}`;
    const other = seen.get(at);
    if (other === undefined) seen.set(at, where);
    else problems.push(`${other} and ${where} both bind ${at}`);
  }
  return { binds: placed.map(({ bind }) => bind), problems };
}

/** Settings of one HTTPS bind: its own, else the section's. Where nothing names a file, certificates are Berth's own. */
function tlsOf(own: HttpsSection['bind'][number], all: HttpsSection): TlsFiles | ManagedTls {
  const key = own.key ?? all.key ?? '';
  // A passphrase belongs to a key: with another key, the section's would be wrong (as in Hipache).
  const passphrase = own.passphrase ?? (key === all.key ? all.passphrase : null);
  const ciphers = own.ciphers ?? all.ciphers;
  const honorCipherOrder = own.honorCipherOrder ?? all.honorCipherOrder;
  const secureProtocol = explicitProtocol(own.secureProtocol ?? all.secureProtocol);
  const secureOptions = own.secureOptions ?? all.secureOptions;
  const cert = own.cert ?? all.cert ?? '';
  const ca = own.ca ?? all.ca ?? [];
  const isManaged = key === '' && cert === '' && ca.length === 0 && !passphrase;
  const choices = {
    ...(ciphers ? { ciphers } : {}),
    ...(typeof honorCipherOrder === 'boolean' ? { honorCipherOrder } : {}),
    ...(secureProtocol ? { secureProtocol } : {}),
    ...(typeof secureOptions === 'number' ? { secureOptions } : {}),
  };
  return isManaged
    ? { key: null, cert: null, ca: [], ...choices }
    : { key, cert, ca, ...(passphrase ? { passphrase } : {}), ...choices };
}

/** Node caps `SSLv23_method` at TLS 1.2; what old files mean by it is "negotiate", which is the default. */
function explicitProtocol(name: string | null | undefined): string | null {
  return name && !/^(?:SSLv23|TLS)_(?:server_)?method$/.test(name) ? name : null;
}
