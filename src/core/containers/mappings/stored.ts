import { limits } from '../../../shared/limits.ts';
import type { Keys } from '../../../shared/model/keys.ts';
import { type Mapping, mappingId, parseMapping } from '../../../shared/model/mapping.ts';
import type { Reply, StoreCommand } from '../../../store/command.ts';

/** What stands under `berth:mapping:<name>`. */
export interface StoredMappings {
  /** By id. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** As they are written, by id; also those that cannot be read. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why nothing can be said of them all, one phrase; else null. */
  readonly problem: string | null;
}

export const noMappings: StoredMappings = { mappings: new Map(), texts: new Map(), problem: null };

const unreadable = (problem: string): StoredMappings => ({ ...noMappings, problem });

/** The one command that reads them: of a hash that is too large, a part. */
export const mappingsCommand = (keys: Keys, name: string): StoreCommand => [
  'hscan',
  keys.mappings(name),
  0,
  'COUNT',
  2 * limits.maxMappingsPerHost,
];

export function readMappings(reply: Reply): StoredMappings {
  if (!reply.ok) {
    return unreadable(
      reply.error.startsWith('WRONGTYPE') ? 'its mappings are not a hash' : reply.error,
    );
  }
  const [cursor, flat] = Array.isArray(reply.value) ? (reply.value as unknown[]) : [];
  if (!Array.isArray(flat)) return unreadable('its mappings cannot be read');
  const texts = new Map<string, string>();
  const mappings = new Map<string, Mapping>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [id, text] = [String(flat[i]), String(flat[i + 1])];
    texts.set(id, text);
    const parsed = parseMapping(text);
    // Under another id than its own it would be written twice.
    if (parsed.ok && mappingId(parsed.mapping) === id) mappings.set(id, parsed.mapping);
  }
  if (texts.size > limits.maxMappingsPerHost || String(cursor) !== '0') {
    return unreadable(`it has more than ${limits.maxMappingsPerHost} mappings`);
  }
  return { mappings, texts, problem: null };
}

/** Entries of the list that are mappings'. */
export function claimsOf(mappings: Iterable<Mapping>): ReadonlySet<string> {
  const claims = new Set<string>();
  for (const { backends } of mappings) for (const url of backends) claims.add(url);
  return claims;
}

/** Which places of a list are mappings': of a URL that is listed more than once, the first; the others are foreign. */
export function ownPlaces(
  urls: readonly string[],
  claims: ReadonlySet<string>,
): ReadonlySet<number> {
  const places = new Set<number>();
  const found = new Set<string>();
  for (const [index, url] of urls.entries()) {
    if (!claims.has(url) || found.has(url)) continue;
    found.add(url);
    places.add(index);
  }
  return places;
}

/** The entries of a list that are nobody's but a person's. */
export function foreignOf(urls: readonly string[], claims: ReadonlySet<string>): readonly string[] {
  const own = ownPlaces(urls, claims);
  return urls.filter((_url, index) => !own.has(index));
}
