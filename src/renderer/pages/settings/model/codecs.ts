import { parseAddress, parseHostPort } from '../../../../shared/config/address.ts';
import { hidden } from '../../../../shared/config/describe.ts';
import { isRecord } from '../../../../shared/config/documented.ts';

/**
 * A value of the file as one line of text. What a line means is checked by the instance alone, whose refusal says what
 * a key takes; `read` refuses only what must not be sent.
 */
export interface Codec {
  /** Null: it cannot be told in one line, and is changed in the file. */
  show(value: unknown): string | null;
  /** `value` null: back to the default. */
  read(
    text: string,
  ):
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly problem: string };
}

const isMissing = (value: unknown): boolean => value === null || value === undefined;

const sent = (value: unknown) => ({ ok: true, value }) as const;

/** An empty line goes back to the default. */
export const text: Codec = {
  show: (value) => (typeof value === 'string' ? value : isMissing(value) ? '' : null),
  read: (line) => sent(line.trim() === '' ? null : line.trim()),
};

/** Text of which a part is hidden where it is shown. */
export const secret: Codec = {
  show: text.show,
  read: (line) =>
    line.includes(hidden)
      ? {
          ok: false,
          problem: `${hidden} stands for a part that is not shown: write the whole again.`,
        }
      : text.read(line),
};

export const number: Codec = {
  show: (value) => (typeof value === 'number' ? String(value) : isMissing(value) ? '' : null),
  read: (line) => {
    const trimmed = line.trim();
    if (trimmed === '') return sent(null);
    return sent(/^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed);
  },
};

const parts = (line: string): readonly string[] =>
  line.split(/[\s,;]+/).filter((part) => part !== '');

/** `dev.local, localhost`. */
export const list: Codec = {
  show: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(', ') : null,
  read: (line) => sent(parts(line).length === 0 ? null : [...parts(line)]),
};

/** The same, of a key that may be left out. */
export const listOrNone: Codec = {
  show: (value) => (isMissing(value) ? '' : list.show(value)),
  read: list.read,
};

/** `127.0.0.1, [::1]:8080`: an address, with a port where it is not that of all. */
export const addresses: Codec = {
  show: (value) => {
    if (!Array.isArray(value)) return null;
    const shown = value.map(showAddress);
    return shown.every((one) => one !== null) ? shown.join(', ') : null;
  },
  read: (line) => {
    const read = parts(line).map(readAddress);
    return sent(read.length === 0 ? null : read);
  },
};

function showAddress(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (!isRecord(entry)) return null;
  const { address, port, ...more } = entry;
  if (typeof address !== 'string' || Object.keys(more).length > 0) return null;
  if (port === undefined) return address;
  return `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
}

function readAddress(part: string): unknown {
  if (parseAddress(part) !== null) return part;
  const both = parseHostPort(part, 0);
  return both === null ? part : { address: both.host, port: both.port };
}
