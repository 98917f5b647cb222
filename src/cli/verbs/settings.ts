import { nearest } from '../../shared/config/describe.ts';
import { isRecord } from '../../shared/config/documented.ts';
import type { SettingsView } from '../../shared/contract/settings.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { table } from '../render/table.ts';
import { oneLine } from '../render/text.ts';

/** `berth config get [KEY]` */
export async function get(
  { key }: { readonly key: string | undefined },
  { client, output }: Context,
): Promise<number> {
  const { settings } = await client();
  const view = await settings.get();
  if (key !== undefined) {
    const value = valueOfKey(view, key);
    if (output.json) output.document({ key, value, explicit: view.explicit.includes(key) });
    else output.lines([oneLine(JSON.stringify(value))]);
  } else if (output.json) output.document(view);
  else output.lines(settingLines(view, output));
  return exitCodes.ok;
}

/** `berth config set KEY VALUE` */
export async function set(
  { key, value }: { readonly key: string; readonly value: string },
  context: Context,
): Promise<number> {
  return await change(patchOf(key, readValue(value)), context);
}

/** `berth config unset KEY...` */
export async function unset(
  { keys }: { readonly keys: readonly string[] },
  context: Context,
): Promise<number> {
  return await change(keys.map((key) => patchOf(key, null)).reduce(merged, {}), context);
}

type Patch = Readonly<Record<string, unknown>>;

async function change(patch: Patch, { client, output }: Context): Promise<number> {
  const { settings } = await client();
  const view = await settings.set({ patch });
  if (output.json) output.document(view);
  else output.say(`The instance goes by ${view.file} now`);
  const names = Object.entries(patch).flatMap(([name, value]) =>
    isRecord(value) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name],
  );
  const late = view.keys.filter(({ key, atStart }) => atStart && names.includes(key));
  for (const { key } of late) output.warn(`${key} is read at the start only`);
  return exitCodes.ok;
}

/** `server.workers` → `{ server: { workers } }` */
function patchOf(key: string, value: unknown): Patch {
  const [section = '', ...rest] = key.split('.');
  return rest.length === 0 ? { [section]: value } : { [section]: { [rest.join('.')]: value } };
}

const merged = (a: Patch, b: Patch): Patch => {
  const both = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = both[name];
    both[name] = isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
  }
  return both;
};

/** JSON where it is that, else the text itself: `4`, `true`, `["a"]`, `redis://127.0.0.1`. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws BerthError BERTH_INPUT_INVALID for what is no key */
function valueOfKey({ values, keys }: SettingsView, key: string): unknown {
  if (keys.some((one) => one.key === key)) return valueAt(values, key);
  const meant = nearest(
    key,
    keys.map((one) => one.key),
  );
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    `${key} is not a key of Berth${meant === null ? '' : `: did you mean ${meant}?`}`,
  );
}

function valueAt(values: unknown, key: string): unknown {
  let here = values;
  for (const part of key.split('.')) here = isRecord(here) ? here[part] : null;
  return here ?? null;
}

function settingLines(view: SettingsView, page: Context['output']): readonly string[] {
  const { style, width } = page;
  const rows = view.keys.map(({ key, unit }) => {
    const isSet = view.explicit.includes(key);
    const text = `${JSON.stringify(valueAt(view.values, key))}${unit === null ? '' : ` ${unit}`}`;
    return [
      isSet ? { text: key, paint: style.strong } : key,
      text,
      isSet ? 'set in the file' : { text: 'default', paint: style.quiet },
    ];
  });
  return table([{ title: 'KEY' }, { title: 'VALUE', gives: true }, { title: '' }], rows, {
    width,
    paintHead: style.quiet,
  });
}
