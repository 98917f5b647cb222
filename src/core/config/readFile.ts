import { open } from 'node:fs/promises';

/** Reads a text file of at most `maxBytes`, also a pipe. Throws what the system says, or that it is larger. */
export async function readBounded(path: string, maxBytes: number): Promise<string> {
  return (await readBoundedBytes(path, maxBytes)).toString('utf8');
}

/** The same for what may be no text. */
export async function readBoundedBytes(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    const parts: Buffer[] = [];
    for (let size = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return Buffer.concat(parts);
      size += bytesRead;
      if (size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
      parts.push(Buffer.from(buffer.subarray(0, bytesRead)));
    }
  } finally {
    await file.close();
  }
}

export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its path is too long',
};

/** Why a file cannot be used, as half a sentence. */
export function reasonOf(error: unknown): string {
  const known = reasons[errnoOf(error) ?? ''];
  return known ?? (error instanceof Error ? error.message : String(error));
}
