import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secretBytes = 32;

/** A text that nobody guesses: 32 random bytes in base64url. */
export const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

/** Whether a text is `secret`, in constant time. */
export function matcherOf(secret: string): (text: string) => boolean {
  const expected = digest(secret);
  return (text) => timingSafeEqual(digest(text), expected);
}

/** Of equal length whatever the text, so that not even its length shows. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
