import { createHash } from 'node:crypto';
import type { Backend } from '../../shared/model/backend.ts';

/** The cookie that keeps a browser on a backend, and what it says for each. */
export interface StickyCookie {
  readonly name: string;
  /** By position: so short that many addresses would have the same, and none can be told from it. */
  readonly ids: readonly string[];
}

const ours = /^berth_[0-9a-f]{8}$/;

const digest = (text: string, chars: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, chars);

export const stickyCookieOf = (frontend: string, backends: readonly Backend[]): StickyCookie => ({
  name: `berth_${digest(frontend, 8)}`,
  ids: backends.map(({ url }) => digest(`${frontend}\n${url}`, 6)),
});

/**
 * The value of a cookie; null when it is not there.
 *
 * @param field value of a Cookie field
 */
export function cookieValue(field: string, name: string): string | null {
  for (const pair of field.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name)
      return pair.slice(equals + 1).trim();
  }
  return null;
}

/** Whether a Cookie field may have a cookie of ours: quick, and rarely wrong. */
export const mayHoldOurs = (field: string): boolean => field.includes('berth_');

/** A Cookie field without the cookies of ours; the others stay as they came. Null when none is left. */
export function withoutOurs(field: string): string | null {
  const pairs = field.split(';');
  const kept = pairs.filter((pair) => {
    const equals = pair.indexOf('=');
    return !ours.test(pair.slice(0, equals === -1 ? undefined : equals).trim());
  });
  if (kept.length === pairs.length) return field;
  const rest = kept.join(';').trim();
  return rest === '' ? null : rest;
}

/**
 * The Set-Cookie field that keeps a client on the backend that answers; null when its cookie says so already.
 *
 * @param field value of the client's Cookie fields, or null
 * @param at position of the backend
 * @param secure the client came over HTTPS
 */
export function stickyField(
  cookie: StickyCookie,
  field: string | null,
  at: number,
  secure: boolean,
): string | null {
  const id = cookie.ids[at];
  if (id === undefined) return null;
  if (field !== null && cookieValue(field, cookie.name) === id) return null;
  return `${cookie.name}=${id}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
