import { isRecord } from '../../../../shared/config/documented.ts';
import type { SettingHint, SettingsView } from '../../../../shared/contract/settings.ts';

/** @param name of a key, as `server.workers` */
export function valueAt({ values }: Pick<SettingsView, 'values'>, name: string): unknown {
  let here = values;
  for (const part of name.split('.')) {
    if (!isRecord(here)) return undefined;
    here = here[part];
  }
  return here;
}

/** Whether a key stands in the file. */
export const isInFile = ({ explicit }: Pick<SettingsView, 'explicit'>, name: string): boolean =>
  explicit.includes(name);

export const hintOf = ({ keys }: Pick<SettingsView, 'keys'>, name: string): SettingHint | null =>
  keys.find(({ key }) => key === name) ?? null;

/** `server.workers`, 4 → `{ server: { workers: 4 } }`. */
export const patchOf = (name: string, value: unknown): Record<string, unknown> =>
  name
    .split('.')
    .reduceRight<Record<string, unknown>>(
      (inner, part, index, parts) => ({ [part]: index === parts.length - 1 ? value : inner }),
      {},
    );
