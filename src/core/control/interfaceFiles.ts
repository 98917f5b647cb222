import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

/** A file of the interface, as a browser gets it. */
interface InterfaceFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** By the target that a browser asks for: `/`, `/assets/index-B4e9.js`. Read once: no request touches the disk. */
export type InterfaceFiles = ReadonlyMap<string, InterfaceFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/**
 * Reads the built interface; what is of no type that a page needs is left out. Empty when it was never built.
 *
 * @throws BerthError when there is more of it than `limits.maxInterfaceBytes`
 */
export async function readInterfaceFiles(folder: string): Promise<InterfaceFiles> {
  const files = new Map<string, InterfaceFile>();
  let total = 0;
  async function read(directory: string, target: string): Promise<void> {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) await read(path, `${target}${entry.name}/`);
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const bytes = await readFile(path);
      total += bytes.length;
      if (total > limits.maxInterfaceBytes) {
        throw new BerthError(
          'BERTH_CONTROL_UNUSABLE',
          `${folder} has more than ${limits.maxInterfaceBytes} bytes`,
        );
      }
      const name = `${target}${entry.name}`;
      files.set(name === '/index.html' ? '/' : name, { type, bytes });
    }
  }
  await read(folder, '/').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return files;
}
