import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** The secret of the loopback door. It lives as long as the instance. */
export interface Token {
  /** In constant time. */
  matches(text: string): boolean;
  /** Removes the file. */
  remove(): Promise<void>;
}

const tokenBytes = 32;

/**
 * Makes a token and writes it to a file that its user alone may read (base64url, one line).
 *
 * @throws the system's own error
 */
export async function createToken(file: string): Promise<Token> {
  const text = randomBytes(tokenBytes).toString('base64url');
  const made = `${file}.${process.pid}`;
  await rm(made, { force: true });
  const handle = await open(made, 'wx', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
  } finally {
    await handle.close();
  }
  await rename(made, file);
  const expected = digest(text);
  return {
    matches: (candidate) => timingSafeEqual(digest(candidate), expected),
    remove: () => rm(file, { force: true }),
  };
}

/** Of equal length whatever the text, so that not even its length shows. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
