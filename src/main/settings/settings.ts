import { type DesktopSettings, desktopSettingsSchema } from '../../shared/desktop/state.ts';
import { readJson, writeJson } from './jsonFile.ts';

/** What a person chose of the desktop. */
export interface Settings {
  readonly value: DesktopSettings;
  /** Holds at once; rejects with a sentence when it could not be kept. */
  change(patch: Partial<DesktopSettings>): Promise<void>;
  /**
   * The same for what nobody chose: a file that does not count is left for the person to correct, until `change` is
   * called.
   */
  note(patch: Partial<DesktopSettings>): Promise<void>;
}

/** @param say hears why a file does not count */
export async function openSettings(
  path: string,
  say: (problem: string) => void,
): Promise<Settings> {
  const read = await readJson(path, desktopSettingsSchema.loose());
  if (read.problem !== null) say(read.problem);
  let isReplaceable = read.problem === null;
  let value = desktopSettingsSchema.parse(read.value);
  let writing: Promise<void> = Promise.resolve();

  function hold(patch: Partial<DesktopSettings>): void {
    const given = Object.entries(patch).filter(([, one]) => one !== undefined);
    value = { ...value, ...Object.fromEntries(given) };
  }

  function keep(): Promise<void> {
    // What another version wrote stays in it.
    const next = { ...read.value, ...value };
    // One after another, so that the last one stays.
    writing = writing.catch(() => undefined).then(() => writeJson(path, next));
    return writing;
  }

  return {
    get value() {
      return value;
    },
    change: (patch) => {
      hold(patch);
      isReplaceable = true;
      return keep();
    },
    note: async (patch) => {
      hold(patch);
      if (isReplaceable) await keep();
    },
  };
}
