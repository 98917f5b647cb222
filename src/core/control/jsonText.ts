import { limits } from '../../shared/limits.ts';
import type { Turns } from '../traffic/turns.ts';

/** A value as JSON in UTF-8, in pieces; the same ones may be on their way to several readers. */
export class JsonText {
  readonly pieces: readonly Buffer[];
  readonly bytes: number;

  constructor(pieces: readonly Buffer[]) {
    this.pieces = pieces;
    this.bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** The same between two texts. */
  within(before: string, after: string): JsonText {
    return new JsonText([Buffer.from(before), ...this.pieces, Buffer.from(after)]);
  }
}

/** A value of which it is known that nothing in it is long: its text is made at once, without a look at all of it. */
export class ShortJson<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  toJSON(): Value {
    return this.#value;
  }
}

/** Makes the text of what is long slice by slice, and once for each array, however many are sent it. */
export interface JsonTexts {
  /**
   * Takes plain JSON values. What has no long array is returned as it is: its text is made where it is sent.
   *
   * @returns the text of the value, else the value
   */
  of(value: unknown): Promise<unknown>;
}

/** Objects within each other that are looked into for long arrays. */
const maxDepth = 4;

export function createJsonTexts(turns: Pick<Turns, 'run'>): JsonTexts {
  /** Kept as long as somebody has the array: who makes a list says how long that is. */
  const known = new WeakMap<readonly unknown[], Promise<JsonText>>();
  const never = new AbortController().signal;

  async function make(array: readonly unknown[]): Promise<JsonText> {
    const pieces: Buffer[] = [];
    const parts = textOf(array, 0);
    let text = '';
    const step = (): boolean => {
      const { value, done } = parts.next();
      text += value ?? '';
      if (done === true || text.length >= limits.controlPieceChars) {
        pieces.push(Buffer.from(text));
        text = '';
      }
      return done !== true;
    };
    await turns.run(step, never);
    return new JsonText(pieces);
  }

  function shared(array: readonly unknown[]): Promise<JsonText> {
    const before = known.get(array);
    if (before !== undefined) return before;
    const made = make(array);
    known.set(array, made);
    return made;
  }

  async function whole(value: unknown, depth: number): Promise<JsonText> {
    if (isArray(value)) return await shared(value);
    const pieces: Buffer[] = [];
    let text = '{';
    for (const [key, field] of fieldsOf(value)) {
      text += `${text.length > 1 || pieces.length > 0 ? ',' : ''}${JSON.stringify(key)}:`;
      if (!hasLong(field, depth + 1)) text += JSON.stringify(field);
      else {
        pieces.push(Buffer.from(text), ...(await whole(field, depth + 1)).pieces);
        text = '';
      }
    }
    return new JsonText([...pieces, Buffer.from(`${text}}`)]);
  }

  return { of: async (value) => (hasLong(value, 0) ? await whole(value, 0) : value) };
}

/** The text of a value, in parts of which none is long. */
function* textOf(value: unknown, depth: number): Generator<string, undefined> {
  if (!hasLong(value, depth)) yield JSON.stringify(value) ?? 'null';
  else if (isArray(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      yield* textOf(item, depth + 1);
      before = ',';
    }
    yield ']';
  } else {
    let before = '{';
    for (const [key, field] of fieldsOf(value)) {
      yield `${before}${JSON.stringify(key)}:`;
      yield* textOf(field, depth + 1);
      before = ',';
    }
    yield '}';
  }
}

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** What JSON has of an object. */
const fieldsOf = (value: unknown): readonly [string, unknown][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).filter(([, field]) => field !== undefined)
    : [];

function hasLong(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return false;
  if (isArray(value)) {
    if (value.length > limits.jsonItemsAtOnce) return true;
    for (const item of value) {
      if (typeof item === 'object' && hasLong(item, depth + 1)) return true;
    }
    return false;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const field = fields[key];
    // Most are plain: a call for each would cost as much as their text.
    if (typeof field === 'object' && hasLong(field, depth + 1)) return true;
  }
  return false;
}
