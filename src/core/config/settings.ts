import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import { fileFormOf } from '../../shared/config/fileForm.ts';
import { parseJson } from '../../shared/config/json.ts';
import { modernise } from '../../shared/config/legacy.ts';
import { keysSetIn, settingKeys } from '../../shared/config/settingKeys.ts';
import type { SettingHint, SettingsView } from '../../shared/contract/settings.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { writeWhole } from '../system/writeWhole.ts';
import { checkFiles } from './files.ts';
import {
  type FoundConfig,
  findConfig,
  interpretConfig,
  type LoadInputs,
  readConfigText,
} from './load.ts';
import { patchedText } from './patchText.ts';

/** The configuration file of a running instance, looked at and changed. Shaped as the contract's `settings`. */
export interface Settings {
  get(): Promise<SettingsView>;
  set(input: {
    readonly patch: Readonly<Record<string, unknown>>;
    readonly expect?: string | undefined;
  }): Promise<SettingsView>;
}

export interface SettingsOptions {
  /** What the running configuration was read with. */
  readonly inputs: LoadInputs;
  /** What holds now. */
  readonly config: () => Config;
  /** Reads the file again and goes over to it, as SIGHUP does; rejects when everything stays as it was. */
  readonly reread: () => Promise<void>;
  /** Rejects where a path may not be written by this process; asks the system when left out. */
  readonly mayWrite?: (path: string) => Promise<void>;
}

const atStart: readonly string[] = ['control.port', 'user', 'group'];
const secret: readonly string[] = [
  'driver',
  'https.bind',
  'https.passphrase',
  'server.healthWebhook',
];

const hints: readonly SettingHint[] = settingKeys.map(
  ({ section: _section, name: _name, ...hint }) => ({
    ...hint,
    atStart: atStart.includes(hint.key),
    secret: secret.includes(hint.key),
  }),
);

export function createSettings({
  inputs,
  config,
  reread,
  mayWrite = (path) => access(path, constants.W_OK),
}: SettingsOptions): Settings {
  /** One change after another. */
  let running: Promise<unknown> = Promise.resolve();

  async function get(): Promise<SettingsView> {
    const found = await findConfig(inputs);
    const { path, text } = found;
    const defaults = interpretConfig({ ...found, text: text === null ? null : '{}' }, inputs);
    return {
      file: path,
      exists: text !== null,
      readOnly: await whyReadOnly(path, text !== null, mayWrite),
      revision: revisionOf(text),
      values: fileFormOf(config()),
      defaults: fileFormOf(defaults.config),
      explicit: keysIn(text),
      keys: hints,
    };
  }

  async function change(
    patch: Readonly<Record<string, unknown>>,
    expect: string | undefined,
  ): Promise<SettingsView> {
    const found = await findConfig(inputs);
    const { path, text } = found;
    const readOnly = await whyReadOnly(path, text !== null, mayWrite);
    if (readOnly !== null) throw new BerthError('BERTH_FILE_UNUSABLE', readOnly);
    if (expect !== undefined && expect !== revisionOf(text)) {
      throw conflict(path, 'it is not what it was when you looked');
    }
    const next = patchedText(path, text, patch);
    if (next === null || next === text) return await get();
    if (Buffer.byteLength(next) > limits.maxConfigBytes) {
      throw new BerthError(
        'BERTH_INPUT_INVALID',
        `${path} would be larger than ${limits.maxConfigBytes} bytes`,
      );
    }
    await checkFiles(interpretConfig({ ...found, text: next }, inputs).config, config());
    if ((await readConfigText(path)) !== text) throw conflict(path, 'it was changed just now');
    await writeWhole(path, next, { mode: 0o600 });
    try {
      await reread();
    } catch (cause) {
      await putBack(path, { written: next, before: text }, cause);
    }
    return await get();
  }

  return {
    get,
    set: ({ patch, expect }) => {
      const done = running.then(() => change(patch, expect));
      running = done.catch(() => undefined);
      return done;
    },
  };
}

/** Undoes what the instance refused. @throws BerthError why it did */
async function putBack(
  path: string,
  { written, before }: { readonly written: string; readonly before: FoundConfig['text'] },
  cause: unknown,
): Promise<never> {
  const refusal =
    cause instanceof BerthError ? cause : new BerthError('BERTH_CONTROL_UNUSABLE', String(cause));
  let fate = 'the file is as it was';
  try {
    if ((await readConfigText(path)) !== written) fate = 'somebody else changed the file meanwhile';
    else if (before === null) await rm(path);
    else await writeWhole(path, before);
  } catch (error) {
    fate = `the file could not be put back: ${error instanceof Error ? error.message : String(error)}`;
  }
  throw new BerthError(refusal.code, `${refusal.detail}; ${fate}`, { cause });
}

const conflict = (path: string, what: string): BerthError =>
  new BerthError('BERTH_CONFLICT', `${path}: ${what}`);

const revisionOf = (text: string | null): string =>
  text === null ? '' : createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Keys that a text sets; none where it cannot be read. */
function keysIn(text: string | null): readonly string[] {
  const json = text === null ? null : parseJson(text);
  return json?.ok === true ? keysSetIn(modernise(json.value).value) : [];
}

async function whyReadOnly(
  path: string,
  exists: boolean,
  mayWrite: (path: string) => Promise<void>,
): Promise<string | null> {
  try {
    if (exists) await mayWrite(path);
    // What replaces it is made beside what a link leads to.
    await mayWrite(dirname(exists ? await realpath(path) : path));
    return null;
  } catch {
    return `${path} may not be written by the user of the instance`;
  }
}
