import type { TlsFiles } from '../../shared/config/config.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { TlsMaterial } from '../../shared/model/listener.ts';
import { readBounded, reasonOf } from '../config/readFile.ts';
import { isForbidden, namedTlsFile } from '../config/tlsFiles.ts';
import { tlsProblem } from '../config/tlsProblem.ts';

type Contents = Pick<TlsMaterial, 'key' | 'cert' | 'ca'>;

/**
 * Reads key, certificate and CA files, so that a worker needs no right to them.
 *
 * @throws BerthError BERTH_CONFIG_INVALID that names the file, or both that do not fit together
 */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  return fitting(files, await contentsOf(files));
}

/**
 * The same, but where this user may not read a file, what all of them held before stays.
 *
 * @param kept hears which file could not be read
 */
export async function readTlsOr(
  before: Contents,
  files: TlsFiles,
  kept: (problem: string) => void,
): Promise<TlsMaterial> {
  let contents: Contents;
  try {
    contents = await contentsOf(files);
  } catch (error) {
    if (!(error instanceof BerthError) || !isForbidden(error.cause)) throw error;
    kept(error.detail);
    contents = before;
  }
  return fitting(files, contents);
}

/** Files may have been replaced one after the other since they were checked. */
function fitting({ key, cert, ca: _ca, ...options }: TlsFiles, contents: Contents): TlsMaterial {
  const material: TlsMaterial = {
    ...options,
    key: contents.key,
    cert: contents.cert,
    ca: contents.ca,
  };
  const problem = tlsProblem({ key, cert }, material);
  if (problem !== null) throw new BerthError('BERTH_CONFIG_INVALID', problem);
  return material;
}

async function contentsOf({ key, cert, ca }: TlsFiles): Promise<Contents> {
  return {
    key: await read('key', key),
    cert: await read('cert', cert),
    ca: await Promise.all(ca.map((path) => read('ca', path))),
  };
}

async function read(what: 'key' | 'cert' | 'ca', path: string): Promise<string> {
  try {
    return await readBounded(path, limits.maxTlsFileBytes);
  } catch (cause) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `${namedTlsFile(what, path)} cannot be read: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
