import { open, rename, rm } from 'node:fs/promises';
import { matcherOf, newSecret } from './secret.ts';

/** The secret of the loopback door. It lives as long as the instance. */
export interface Token {
  readonly text: string;
  /** In constant time. */
  matches(text: string): boolean;
  /** Removes the file. */
  remove(): Promise<void>;
}

/**
 * Makes a token and writes it to a file that its user alone may read (base64url, one line).
 *
 * @throws the system's own error
 */
export async function createToken(file: string): Promise<Token> {
  const text = newSecret();
  const made = `${file}.${process.pid}`;
  await rm(made, { force: true });
  const handle = await open(made, 'wx', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
  } finally {
    await handle.close();
  }
  await rename(made, file);
  return {
    text,
    matches: matcherOf(text),
    remove: () => rm(file, { force: true }),
  };
}
