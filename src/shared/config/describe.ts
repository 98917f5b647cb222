/** How values, paths and near misses of a configuration are said to a person. Never says a secret. */

export type Path = readonly PropertyKey[];

/** What stands for a secret wherever one would be shown. */
export const hidden = '***';

const secretName = /pass|secret|token|auth|webhook/i;
const maxShownChars = 60;

/** `['http', 'bind', 1, 'port']` → `http.bind[1].port`. Odd characters of a name are shown as JSON does. */
export function describePath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? describeName(String(part)) : `.${describeName(String(part))}`;
  }
  return text;
}

function describeName(name: string): string {
  return /^[\w$-]+$/.test(name) && name.length <= maxShownChars ? name : shorten(quote(name));
}

/** A value in a few characters: scalars as JSON, anything larger by its kind alone. */
export function describeValue(value: unknown, path: Path): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (path.some((part) => typeof part === 'string' && secretName.test(part))) return hidden;
  if (typeof value === 'string') return shorten(quote(hideSecrets(value, path)));
  return String(value);
}

/** `redis://user:password@host` → `redis://***@host`, also where the rest is no URL. */
export function hideUserinfo(text: string): string {
  const at = text.lastIndexOf('@');
  if (at === -1) return text;
  const scheme = /^[a-z][a-z0-9+.-]*:(?:\/\/)?/i.exec(text.slice(0, at))?.[0] ?? '';
  return `${scheme}${hidden}${text.slice(at)}`;
}

const driverStart =
  /^([a-z][a-z0-9+.-]{0,19}:)(?:\/\/([^/?#]*@)?((?:[\w.-]*|\[[\da-f:.]*\])(?::\d{1,5})?))?(?=$|[/?#])/i;

/**
 * `scheme://host:port` of a driver URL. A password may have come into any other part by mistake: what stands there is
 * left out, and so is all that cannot be told apart.
 */
export function hideDriver(url: string): string {
  const found = driverStart.exec(url);
  if (found === null || url.slice(found[0].length).includes('@')) {
    return `${/^(?:rediss?|embedded):(?:\/\/)?/i.exec(url)?.[0] ?? ''}…`;
  }
  const [start, scheme = '', userinfo, server] = found;
  const slashes = server === undefined ? '' : '//';
  const rest = url.length > start.length ? '…' : '';
  return `${scheme}${slashes}${userinfo === undefined ? '' : `${hidden}@`}${server ?? ''}${rest}`;
}

function hideSecrets(text: string, path: Path): string {
  if (path[0] !== 'driver') return hideUserinfo(text);
  // An address inside an object form is no URL.
  return path.length > 1 && typeof path[1] === 'string' && /^[\w.:[\]-]*$/.test(text)
    ? text
    : hideDriver(text);
}

/** The candidate that was probably meant, or null. Case is ignored; a third of the letters may differ, and a swap always. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (name.length > maxShownChars) return null;
  let best: string | null = null;
  let bestDistance = (name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, maxShownChars * 2));
}

function shorten(text: string): string {
  return text.length <= maxShownChars ? text : `${text.slice(0, maxShownChars - 2)}…"`;
}
