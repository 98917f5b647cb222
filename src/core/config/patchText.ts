import { describePath, describeValue, hidden, nearest } from '../../shared/config/describe.ts';
import { isRecord } from '../../shared/config/documented.ts';
import { parseJson } from '../../shared/config/json.ts';
import { isSection, settingKeys } from '../../shared/config/settingKeys.ts';
import { BerthError } from '../../shared/errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The text of a config.json after a change. Keys that are not named stay as they are and where they are, known or not;
 * new ones come last. The same text where the patch changes nothing. Indentation, line ends and a byte order mark are those of the text.
 *
 * @param path of the file, for messages
 * @param text null where there is no file yet
 * @param patch shaped as config.json; null takes a key or a section out
 * @throws BerthError BERTH_INPUT_INVALID that names the key, BERTH_CONFIG_INVALID where the text is no object
 */
export function patchedText(path: string, text: string | null, patch: Fields): string | null {
  const content = contentOf(path, text);
  const next = { ...content };
  for (const [name, value] of Object.entries(patch)) {
    if (!isSection(name)) put(next, name, value, []);
    else if (value === null) delete next[name];
    else next[name] = patchedSection(name, content[name], value);
  }
  return JSON.stringify(next) === JSON.stringify(content) ? text : writtenAs(next, text ?? '');
}

function contentOf(path: string, text: string | null): Fields {
  if (text === null) return {};
  const json = parseJson(text);
  if (json.ok && isRecord(json.value)) return json.value;
  const why = json.ok
    ? 'it is no object'
    : `line ${json.line}, column ${json.column}: ${json.problem}`;
  throw new BerthError('BERTH_CONFIG_INVALID', `${path}: ${why}`);
}

function patchedSection(section: string, before: unknown, patch: unknown): Fields {
  if (!isRecord(patch)) {
    throw invalid(`${section} is ${describeValue(patch, [section])}; it takes an object`);
  }
  if (before !== undefined && before !== null && !isRecord(before)) {
    throw invalid(`${section} of the file is ${describeValue(before, [section])}, and no object`);
  }
  const next: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) put(next, name, value, [section]);
  return next;
}

function put(
  fields: Record<string, unknown>,
  name: string,
  value: unknown,
  path: readonly string[],
): void {
  const key = [...path, name].join('.');
  if (!settingKeys.some((known) => known.key === key)) throw unknownKey([...path, name]);
  if (value === null) {
    delete fields[name];
    return;
  }
  if (holdsHidden(value)) {
    throw invalid(`${key} has ${hidden} where a secret stands: give it whole, or leave it out`);
  }
  fields[name] = value;
}

function unknownKey(path: readonly string[]): BerthError {
  const meant = nearest(
    path.join('.'),
    settingKeys.map(({ key }) => key),
  );
  const hint = meant === null ? '' : `: did you mean ${meant}?`;
  return invalid(`${describePath(path)} is not a key of Berth${hint}`);
}

const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);

/** What was shown in the place of a secret must not become one. */
function holdsHidden(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(hidden);
  if (Array.isArray(value)) return value.some(holdsHidden);
  return isRecord(value) && Object.values(value).some(holdsHidden);
}

function writtenAs(content: Fields, before: string): string {
  const indent = /\n([ \t]+)"/.exec(before)?.[1] ?? '  ';
  const isOneLine = before !== '' && !before.trimEnd().includes('\n');
  const text = JSON.stringify(content, null, isOneLine ? 0 : indent);
  const end = before === '' || before.endsWith('\n') ? '\n' : '';
  const mark = before.startsWith('\uFEFF') ? '\uFEFF' : '';
  const whole = `${mark}${text}${end}`;
  return before.includes('\r\n') ? whole.replaceAll('\n', '\r\n') : whole;
}
