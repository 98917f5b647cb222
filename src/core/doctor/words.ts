import type { Unmade } from './context.ts';

/** `1 host`, `3 hosts`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The first ones by name, the others by number: `a, b and 3 more`. */
export function named(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2
    ? (shown[0] ?? '')
    : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Why nothing is tried that would have the local CA made, or made anew. */
export const whyUnmade = (unmade: Unmade): string =>
  unmade === 'absent'
    ? 'there is no local CA yet'
    : 'the local CA needs another certificate first, for what it is to sign by now';

/** `127.0.0.1:80`, `[::1]:80` */
export const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** `4 s`, `3 min`, `2 h`, `5 days` */
export function span(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `2027-03-01` of Unix milliseconds. */
export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
