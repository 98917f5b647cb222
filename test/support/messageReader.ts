/** One HTTP/1.1 message as a plain reading of RFC 9112 finds it. Text is latin1, so that every byte is kept. */
export interface Message {
  readonly start: string;
  /** Fields in order, to the letter. */
  readonly fields: readonly (readonly [string, string])[];
  readonly head: string;
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  /** The bytes of the body with its framing. */
  readonly rawBody: string;
}

export const fieldOf = (
  message: { readonly fields: Message['fields'] },
  name: string,
): string | undefined =>
  message.fields.find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1];

export const fieldsOf = (
  message: { readonly fields: Message['fields'] },
  name: string,
): readonly string[] =>
  message.fields
    .filter(([field]) => field.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);

export interface Head {
  readonly start: string;
  readonly fields: Message['fields'];
  readonly head: string;
  /** Where the body begins. */
  readonly end: number;
}

/** The head at the beginning of `text`, or null while it is not complete. */
export function readHead(text: string): Head | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = text.slice(0, end);
  const [start = '', ...lines] = head.split('\r\n');
  return { start, fields: lines.map(split), head, end: end + 4 };
}

const split = (line: string): readonly [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
};

export type Body =
  | {
      readonly end: number;
      readonly body: string;
      readonly trailers: Message['trailers'];
    }
  | null
  | 'invalid';

/** The body that begins at `from`; null while it is not complete, `invalid` when it can never be. */
export function readBody(
  text: string,
  from: number,
  fields: Message['fields'],
  untilClose: boolean,
): Body {
  const coding = fieldOf({ fields }, 'transfer-encoding');
  if (coding !== undefined) return readChunks(text, from);
  const length = fieldOf({ fields }, 'content-length');
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) return 'invalid';
    const end = from + Number(length);
    return text.length < end ? null : { end, body: text.slice(from, end), trailers: [] };
  }
  return untilClose ? null : { end: from, body: '', trailers: [] };
}

function readChunks(text: string, from: number): Body {
  let at = from;
  let body = '';
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = /^([0-9a-f]+)(?:;.*)?$/i.exec(text.slice(at, lineEnd));
    if (size === null) return 'invalid';
    const length = Number.parseInt(size[1] ?? '', 16);
    at = lineEnd + 2;
    if (length > 0) {
      if (text.length < at + length + 2) return null;
      if (text.slice(at + length, at + length + 2) !== '\r\n') return 'invalid';
      body += text.slice(at, at + length);
      at += length + 2;
      continue;
    }
    if (text.startsWith('\r\n', at)) return { end: at + 2, body, trailers: [] };
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1) return null;
    return { end: end + 4, body, trailers: text.slice(at, end).split('\r\n').map(split) };
  }
}
