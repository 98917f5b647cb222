import type { TlsFiles } from '../shared/config/config.ts';
import { BerthError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { TlsMaterial } from '../shared/model/listener.ts';
import { readBounded, reasonOf } from './config/readFile.ts';
import { tlsProblem } from './config/tlsProblem.ts';

/**
 * Reads key, certificate and CA files, so that a worker needs no right to them.
 *
 * @throws BerthError BERTH_CONFIG_INVALID that names the file, or both that do not fit together
 */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  const { key, cert, ca, ...options } = files;
  const material: TlsMaterial = {
    ...options,
    key: await read('key', key),
    cert: await read('certificate', cert),
    ca: await Promise.all(ca.map((path) => read('CA file', path))),
  };
  // They may have been replaced one after the other since they were checked.
  const problem = tlsProblem(files, material);
  if (problem !== null) throw new BerthError('BERTH_CONFIG_INVALID', problem);
  return material;
}

async function read(what: string, path: string): Promise<string> {
  try {
    return await readBounded(path, limits.maxTlsFileBytes);
  } catch (cause) {
    throw new BerthError(
      'BERTH_CONFIG_INVALID',
      `the ${what} "${path}" cannot be read: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
