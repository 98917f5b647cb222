import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Config, TlsFiles } from '../../shared/config/config.ts';
import { invalid } from '../../shared/config/read.ts';
import { limits } from '../../shared/limits.ts';
import { readBounded, reasonOf } from './readFile.ts';
import { hasFiles, isForbidden, namedTlsFile, tlsFileKey } from './tlsFiles.ts';
import { tlsProblem } from './tlsProblem.ts';

/**
 * Looks at every file that a configuration names: keys and certificates must be readable and fit together, the directory
 * of error pages must be one.
 *
 * @param running what is served now: files that it names too may have become unreadable for this user, since root gave
 *   up its rights after it had read them
 * @throws BerthError BERTH_CONFIG_INVALID that lists every problem
 */
export async function checkFiles(
  config: Config,
  running: Pick<Config, 'binds' | 'server'> | null = null,
): Promise<void> {
  const known = new Set<string>();
  for (const { tls } of running?.binds ?? []) if (hasFiles(tls)) known.add(tlsFileKey(tls));
  const { staticDir } = config.server;
  const problems = [
    ...(await staticDirProblems(staticDir, staticDir === running?.server.staticDir)),
    ...(await accessLogProblems(config.server.accessLog)),
  ];
  const seen = new Set<string>();
  for (const { tls } of config.binds) {
    if (!hasFiles(tls)) continue;
    for (const problem of await tlsProblems(tls, known.has(tlsFileKey(tls)))) {
      // Binds share their files: what is wrong with one is said once.
      if (!seen.has(problem)) problems.push(problem);
      seen.add(problem);
    }
  }
  if (problems.length > 0) throw invalid(config.file ?? 'the defaults', problems);
}

async function staticDirProblems(
  path: string | null,
  isKnown: boolean,
): Promise<readonly string[]> {
  if (path === null) return [];
  try {
    if (!(await stat(path)).isDirectory()) {
      return [`server.staticDir is "${path}", which is not a directory`];
    }
    await access(path, constants.R_OK | constants.X_OK);
    return [];
  } catch (cause) {
    if (isKnown && isForbidden(cause)) return [];
    return [`server.staticDir is "${path}": ${reasonOf(cause)}`];
  }
}

async function accessLogProblems(path: string): Promise<readonly string[]> {
  try {
    return (await stat(path)).isDirectory()
      ? [`server.accessLog is "${path}", which is a directory; it takes the path of a file`]
      : [];
  } catch {
    // A log that does not exist yet is made at the start.
    return [];
  }
}

async function tlsProblems(tls: TlsFiles, isKnown: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  let isComplete = true;
  const read = async (what: 'key' | 'cert' | 'ca', path: string): Promise<string> => {
    try {
      const text = await readBounded(path, limits.maxTlsFileBytes);
      // Node takes an empty key or certificate for none, and passes over a CA file without a certificate.
      if (!text.includes('-----BEGIN ')) problems.push(`${namedTlsFile(what, path)} is not PEM`);
      return text;
    } catch (cause) {
      isComplete = false;
      if (isKnown && isForbidden(cause)) return '';
      problems.push(`${namedTlsFile(what, path)} cannot be read: ${reasonOf(cause)}`);
      return '';
    }
  };
  const { key: keyPath, cert: certPath, ca: caPaths, ...options } = tls;
  const key = await read('key', keyPath);
  const cert = await read('cert', certPath);
  const ca: string[] = [];
  for (const path of caPaths) ca.push(await read('ca', path));
  if (problems.length > 0 || !isComplete) return problems;
  const problem = tlsProblem(tls, { ...options, key, cert, ca });
  return problem === null ? [] : [problem];
}
