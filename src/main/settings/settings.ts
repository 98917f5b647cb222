import { type DesktopSettings, desktopSettingsSchema } from '../../shared/desktop/state.ts';
import { readJson, writeJson } from './jsonFile.ts';

/** What a person chose of the desktop. */
export interface Settings {
  readonly value: DesktopSettings;
  /** Holds at once; rejects with a sentence when it could not be kept. */
  change(patch: Partial<DesktopSettings>): Promise<void>;
}

/** @param say hears why a file does not count */
export async function openSettings(
  path: string,
  say: (problem: string) => void,
): Promise<Settings> {
  const read = await readJson(path, desktopSettingsSchema);
  if (read.problem !== null) say(read.problem);
  let value = read.value;
  let writing: Promise<void> = Promise.resolve();
  return {
    get value() {
      return value;
    },
    change: (patch) => {
      const given = Object.entries(patch).filter(([, one]) => one !== undefined);
      value = { ...value, ...Object.fromEntries(given) };
      const next = value;
      // One after another, so that the last one stays.
      writing = writing.catch(() => undefined).then(() => writeJson(path, next));
      return writing;
    },
  };
}
