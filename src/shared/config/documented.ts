import { z } from 'zod';
import type { Path } from './describe.ts';

/** What a person needs to know of one key of config.json. */
export interface KeyDoc {
  /** What it does, in one or two sentences. */
  readonly about: string;
  /** Follows "it takes", in messages and in docs/CONFIG.md. */
  readonly takes: string;
  /** Unit of a number, or absent. */
  readonly unit?: string;
  /** The default in words, where the schema has none to show. */
  readonly standard?: string;
  /** The schema of an object that may stand here besides the simple form, or null when it is none. */
  readonly form?: (value: unknown) => z.ZodType | null;
}

const docs = new WeakMap<z.ZodType, KeyDoc>();

/** Attaches what a person needs to know to the schema of a key. */
export function documented<S extends z.ZodType>(schema: S, doc: KeyDoc): S {
  docs.set(schema, doc);
  return schema;
}

/** Hipache's configurations have numbers as text here and there; what is plainly a number is read as one. */
const numberFromText = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,15}(?:\.\d{1,6})?$/.test(value) ? Number(value) : value;

interface Range {
  readonly min: number;
  readonly max: number;
}

export const whole = ({ min, max }: Range) =>
  z.preprocess(numberFromText, z.int().min(min).max(max));

export const decimal = ({ min, max }: Range) =>
  z.preprocess(numberFromText, z.number().min(min).max(max));

/** A schema and everything it wraps: defaults, optionals, the output side of pipes. */
function layers(schema: z.ZodType): readonly z.ZodType[] {
  const found: z.ZodType[] = [schema];
  for (let next: unknown = schema; ; ) {
    if (
      next instanceof z.ZodDefault ||
      next instanceof z.ZodPrefault ||
      next instanceof z.ZodOptional ||
      next instanceof z.ZodNullable
    ) {
      next = next.unwrap();
    } else if (next instanceof z.ZodPipe) {
      next = next.out instanceof z.ZodTransform ? next.in : next.out;
    } else return found;
    if (!(next instanceof z.ZodType)) return found;
    found.push(next);
  }
}

export function docOf(schema: z.ZodType): KeyDoc | null {
  for (const layer of layers(schema)) {
    const doc = docs.get(layer);
    if (doc !== undefined) return doc;
  }
  return null;
}

export function isNumber(schema: z.ZodType): boolean {
  return layers(schema).at(-1) instanceof z.ZodNumber;
}

/** How a key can be asked for in a form. */
export interface KeyForm {
  readonly kind: 'number' | 'toggle' | 'choice' | 'text' | 'list' | 'object';
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[];
}

export function formOf(schema: z.ZodType): KeyForm {
  const last = layers(schema).at(-1);
  const of = (kind: KeyForm['kind'], more: Partial<KeyForm> = {}): KeyForm => ({
    kind,
    min: null,
    max: null,
    choices: [],
    ...more,
  });
  if (last instanceof z.ZodNumber) return of('number', { min: last.minValue, max: last.maxValue });
  if (last instanceof z.ZodBoolean) return of('toggle');
  if (last instanceof z.ZodEnum) return of('choice', { choices: last.options.map(String) });
  if (last instanceof z.ZodArray) return of('list');
  if (last instanceof z.ZodObject) return of('object');
  return of('text');
}

/** What the schema puts in the place of a key that is left out, or undefined. */
export function standardOf(schema: z.ZodType): unknown {
  const read = schema.safeParse(undefined);
  return read.success ? read.data : undefined;
}

/** The keys that the object behind a schema has, or null when it is no object. */
export function keysOf(schema: z.ZodType): ReadonlyMap<string, z.ZodType> | null {
  const last = layers(schema).at(-1);
  if (!(last instanceof z.ZodObject)) return null;
  return new Map(
    Object.entries(last.shape).flatMap(([name, inner]) =>
      inner instanceof z.ZodType ? [[name, inner]] : [],
    ),
  );
}

/** The schema of the entries of a list, or null when it is no list. */
export function elementOf(schema: z.ZodType): z.ZodType | null {
  const last = layers(schema).at(-1);
  return last instanceof z.ZodArray && last.element instanceof z.ZodType ? last.element : null;
}

/** What is known of a path: the documentation of the deepest key on it that has any. */
export function docAt(root: z.ZodType, value: unknown, path: Path): KeyDoc | null {
  let schema: z.ZodType | null = root;
  let here = value;
  let doc = docOf(root);
  for (const part of path) {
    if (schema === null) break;
    schema = step(schema, here, part);
    here = isRecord(here) || Array.isArray(here) ? Reflect.get(here, part) : undefined;
    if (schema !== null) doc = docOf(schema) ?? doc;
  }
  return doc;
}

function step(schema: z.ZodType, value: unknown, part: PropertyKey): z.ZodType | null {
  const form = docOf(schema)?.form?.(value) ?? schema;
  if (typeof part === 'number') return elementOf(form);
  return keysOf(form)?.get(String(part)) ?? null;
}

/** Every key that stands in a value, with the schema that reads it; null where no schema knows it. */
export function* keysIn(
  root: z.ZodType,
  value: unknown,
  path: Path = [],
): Generator<{
  readonly path: Path;
  readonly value: unknown;
  readonly schema: z.ZodType | null;
  readonly siblings: readonly string[];
}> {
  const schema = docOf(root)?.form?.(value) ?? root;
  if (Array.isArray(value)) {
    const element = elementOf(schema);
    if (element === null) return;
    for (const [index, entry] of value.entries()) yield* keysIn(element, entry, [...path, index]);
    return;
  }
  const keys = keysOf(schema);
  if (keys === null || !isRecord(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const known = keys.get(name) ?? null;
    yield { path: [...path, name], value: inner, schema: known, siblings: [...keys.keys()] };
    if (known !== null) yield* keysIn(known, inner, [...path, name]);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
