import type { z } from 'zod';
import { docOf, formOf, isRecord, type KeyForm, keysOf } from './documented.ts';
import { schema } from './schema.ts';

/** A key of config.json that can be set by itself. */
export interface SettingKey extends KeyForm {
  /** Null for one that stands in no section. */
  readonly section: string | null;
  readonly name: string;
  /** As `server.workers`. */
  readonly key: string;
  readonly about: string;
  readonly takes: string;
  readonly unit: string | null;
}

/** Sections of config.json with their keys. */
const sections: ReadonlyMap<string, ReadonlyMap<string, z.ZodType>> = new Map(
  [...(keysOf(schema) ?? [])].flatMap(([name, inner]) => {
    const keys = keysOf(inner);
    return keys === null ? [] : [[name, keys]];
  }),
);

export const isSection = (name: string): boolean => sections.has(name);

/** Every key, in the order of docs/CONFIG.md. */
export const settingKeys: readonly SettingKey[] = [
  ...[...sections].flatMap(([section, keys]) =>
    [...keys].map(([name, key]) => settingOf(section, name, key)),
  ),
  ...[...(keysOf(schema) ?? [])]
    .filter(([name]) => !sections.has(name))
    .map(([name, key]) => settingOf(null, name, key)),
];

function settingOf(section: string | null, name: string, key: z.ZodType): SettingKey {
  const doc = docOf(key);
  return {
    section,
    name,
    key: section === null ? name : `${section}.${name}`,
    about: doc?.about ?? '',
    takes: doc?.takes ?? '',
    unit: doc?.unit ?? null,
    ...formOf(key),
  };
}

/** Keys that stand in a content whose old keys were moved to their successors. */
export const keysSetIn = (content: unknown): readonly string[] =>
  settingKeys
    .filter(({ section, name }) => {
      const owner = section === null || !isRecord(content) ? content : content[section];
      return isRecord(owner) && owner[name] !== undefined;
    })
    .map(({ key }) => key);
