import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { writeWhole } from '../../core/system/writeWhole.ts';
import { limits } from '../../shared/limits.ts';

export interface Read<Value> {
  readonly value: Value;
  /** Why the file does not count, in a sentence; null where it does, or is not there. */
  readonly problem: string | null;
}

/** Reads a small file of JSON. One that is missing or bad is as if it were empty. */
export async function readJson<Value>(
  path: string,
  schema: z.ZodType<Value>,
): Promise<Read<Value>> {
  const standard = schema.parse({});
  const bad = (reason: string): Read<Value> => ({
    value: standard,
    problem: `${path} is not used: ${reason}`,
  });
  let text: string;
  try {
    text = await readRegular(path, limits.maxDesktopFileBytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { value: standard, problem: null };
    }
    return bad(error instanceof Error ? error.message : String(error));
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return bad('it is no JSON');
  }
  const read = schema.safeParse(data);
  if (read.success) return { value: read.data, problem: null };
  const [issue] = read.error.issues;
  return bad(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not valid'}`);
}

/** Opens without waiting for who would write into a pipe; a regular file is read as ever. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

async function readRegular(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, withoutWaiting);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a regular file');
    // One byte more than may be, so that it is seen; it may grow while it is read.
    const buffer = Buffer.alloc(maxBytes + 1);
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, size, buffer.length - size, null);
      size += bytesRead;
      if (size > maxBytes) throw new Error('it is too large');
      if (bytesRead === 0) return buffer.toString('utf8', 0, size);
    }
  } finally {
    await file.close();
  }
}

/** Replaces a file whole, for its user alone; rejects with BerthError. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}
