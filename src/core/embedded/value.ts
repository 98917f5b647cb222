/**
 * A value of the embedded store. Every string in here, and everywhere in this folder, is a byte string: one character
 * of U+0000 to U+00FF a byte (Node's `latin1`), so that keys and values are binary-safe and compare as Redis compares.
 */
export type Value =
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'set'; readonly members: ReadonlySet<string> }
  | { readonly type: 'hash'; readonly fields: ReadonlyMap<string, string> }
  | { readonly type: 'zset'; readonly scores: ReadonlyMap<string, number> };

export type ValueType = Value['type'];

/** A collection without elements does not exist in Redis. */
export function isEmpty(value: Value): boolean {
  switch (value.type) {
    case 'string':
      return false;
    case 'list':
      return value.items.length === 0;
    case 'set':
      return value.members.size === 0;
    case 'hash':
      return value.fields.size === 0;
    case 'zset':
      return value.scores.size === 0;
  }
}
