import { describePath, describeValue, hidden, nearest } from '../../shared/config/describe.ts';
import { isRecord } from '../../shared/config/documented.ts';
import { parseJson } from '../../shared/config/json.ts';
import { isSection, settingKeys } from '../../shared/config/settingKeys.ts';
import { BerthError } from '../../shared/errors.ts';
import { withMember, withoutMember } from './spliceJson.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The text of a config.json after a change. What is not named keeps every character; new keys come last, written as those
 * beside them. The same text where the patch changes nothing.
 *
 * @param path of the file, for messages
 * @param text null where there is no file yet
 * @param patch shaped as config.json; null takes a key or a section out
 * @throws BerthError BERTH_INPUT_INVALID that names the key, BERTH_CONFIG_INVALID where the text is no object
 */
export function patchedText(path: string, text: string | null, patch: Fields): string | null {
  const content = contentOf(path, text);
  const changes = Object.entries(patch).flatMap(([name, value]) =>
    isSection(name) ? sectionChanges(name, content[name], value) : [changeOf([name], value)],
  );
  const before = text ?? fileOfNone;
  const after = changes.reduce(applied, before);
  return after === before ? text : after;
}

/** Of more lines than one, so that what comes in has a line of its own. */
const fileOfNone = '{\n}\n';

/** Null takes out what is there. */
interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

const applied = (text: string, { path, value }: Change): string =>
  value === null ? withoutMember(text, path) : withMember(text, path, value);

function contentOf(path: string, text: string | null): Fields {
  if (text === null) return {};
  const json = parseJson(text);
  if (json.ok && isRecord(json.value)) return json.value;
  const why = json.ok
    ? 'it is no object'
    : `line ${json.line}, column ${json.column}: ${json.problem}`;
  throw new BerthError('BERTH_CONFIG_INVALID', `${path}: ${why}`);
}

function sectionChanges(section: string, before: unknown, patch: unknown): readonly Change[] {
  if (patch === null) return [{ path: [section], value: null }];
  if (!isRecord(patch)) {
    throw invalid(`${section} is ${describeValue(patch, [section])}; it takes an object`);
  }
  const isThere = before !== undefined && before !== null;
  if (isThere && !isRecord(before)) {
    throw invalid(`${section} of the file is ${describeValue(before, [section])}, and no object`);
  }
  const changes = Object.entries(patch).map(([name, value]) => changeOf([section, name], value));
  if (isThere || changes.every(({ value }) => value === null)) return isThere ? changes : [];
  return [{ path: [section], value: {} }, ...changes];
}

/** @throws BerthError where it is no key, or no value that may be written */
function changeOf(path: readonly string[], value: unknown): Change {
  const key = path.join('.');
  if (!settingKeys.some((known) => known.key === key)) throw unknownKey(path);
  if (value !== null && holdsHidden(value)) {
    throw invalid(`${key} has ${hidden} where a secret stands: give it whole, or leave it out`);
  }
  return { path, value };
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
