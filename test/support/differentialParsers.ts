import { METHODS } from 'node:http';
import { createRequire } from 'node:module';
import { bodyLength, byParser } from '../../src/proxy/engines/splice/bodyLength.ts';
import {
  readFields,
  readRequestLine,
  readStatusLine,
} from '../../src/proxy/engines/splice/parser/head.ts';
import { HeadParts } from '../../src/proxy/engines/splice/parser/headParts.ts';
import { Llhttp, Reads } from '../../src/proxy/engines/splice/parser/llhttp.ts';
import { readRequestFields } from '../../src/proxy/headers/requestFields.ts';
import { readResponseFields } from '../../src/proxy/headers/toClient.ts';

/** A message as a reader found it. Text is latin1. */
interface Found {
  readonly start: string;
  /** Flat list: name, value, name, value. */
  readonly raw: readonly string[];
  body: string;
  trailers: readonly string[];
  whole: boolean;
}

/**
 * What a reader made of bytes. It reads requests up to one that is the last, or to the head of one that offers another
 * protocol, and responses up to a final one.
 */
interface Reading {
  readonly found: Found[];
  refused: boolean;
  /** Where the bytes end, a message may end as well. */
  mayEnd: boolean;
}

const isInterim = (status: number): boolean => status >= 100 && status < 200;

const llhttp = new Llhttp();

/**
 * Reads as the splice engine does.
 *
 * @param counts bodies whose length the head says are counted; else everything is parsed
 */
function readOurs(chunks: readonly Buffer[], reads: Reads, counts: boolean): Reading {
  const isRequest = reads === Reads.requests;
  const parser = llhttp.parser(reads);
  const parts = new HeadParts();
  const reading: Reading = { found: [], refused: false, mayEnd: true };
  let message: Found | null = null;
  let left = byParser;
  let over = false;
  let last = false;
  const lengthOf = (raw: readonly string[], version: string, status: number): number => {
    if (isRequest) {
      const fields = readRequestFields(raw, version === '1.0');
      return bodyLength(fields.transferEncoding !== null, fields.contentLength, 0);
    }
    if (status === 204 || status === 304) return 0;
    const fields = readResponseFields(raw, false);
    return bodyLength(fields.chunked, fields.contentLength, byParser);
  };
  for (const chunk of chunks) {
    let at = 0;
    while (!over && !reading.refused && (message !== null || at < chunk.length)) {
      if (message !== null && left !== byParser) {
        const to = Math.min(chunk.length, at + left);
        message.body += chunk.toString('latin1', at, to);
        left -= to - at;
        at = to;
        if (left > 0) break;
        message.whole = true;
        message = null;
        over = last;
        continue;
      }
      const stop = parser.execute(chunk, at);
      const from = at;
      at = parser.position;
      if (stop === 'error') {
        reading.refused = true;
      } else if (message === null) {
        if (stop === 'more') parts.add(chunk.subarray(from));
        // An interim response has ended.
        if (stop !== 'head') continue;
        const text = parts.take(chunk, from, at) ?? '';
        const line = isRequest ? readRequestLine(text) : readStatusLine(text);
        const { first, rest, version, end } = line;
        const raw = readFields(text, end);
        const start = `${first} ${rest} ${isRequest && version === '' ? '0.9' : version}`;
        message = { start, raw, body: '', trailers: [], whole: false };
        reading.found.push(message);
        const status = isRequest ? 0 : Number(rest.slice(0, 3));
        last = !isRequest || !parser.keepAlive;
        over = isRequest && parser.upgrade;
        if (isInterim(status)) {
          message.whole = true;
          message = null;
          over = status === 101;
          if (status !== 101) parser.endWithHead();
          continue;
        }
        left = counts && !over ? lengthOf(raw, version, status) : byParser;
        if (left !== byParser) parser.beginAnew();
      } else {
        for (let i = 0; i < parser.spans.length; i += 2) {
          message.body += chunk.toString('latin1', parser.spans[i], parser.spans[i + 1]);
        }
        if (stop === 'more') break;
        message.trailers = parser.trailers.slice();
        message.whole = true;
        message = null;
        over = last;
      }
    }
  }
  const unfinished = message !== null && left !== byParser;
  if (!over && !reading.refused) reading.mayEnd = !unfinished && parser.finish();
  parser.free();
  return reading;
}

/** The parser of node:http, as far as it is used here. */
interface NodeParser {
  initialize(type: number, resource: object, maxHeadBytes: number, lenient: number): void;
  execute(bytes: Buffer): unknown;
  finish(): unknown;
  close(): void;
  [event: number]: ((...values: never[]) => number | undefined) | null;
}

interface NodeParserClass {
  new (): NodeParser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

// node:http does not export it, and to go through its streams takes a hundred times as long.
const common: unknown = createRequire(import.meta.url)('_http_common');
const { HTTPParser } = common as { readonly HTTPParser: NodeParserClass };

type HeadersComplete = (
  major: number,
  minor: number,
  raw: string[] | undefined,
  method: number | undefined,
  url: string | undefined,
  status: number | undefined,
  reason: string | undefined,
  upgrade: boolean,
  keepAlive: boolean,
) => number;

const maxHeadBytes = 1_000_000;

const targets: Readonly<Record<string, string>> = { CONNECT: 'a:1 HTTP/1.1', PRI: '*' };
const methodNames = new Map<number, string>();
for (const name of [...METHODS, 'PRI']) {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, maxHeadBytes, 0);
  const note: HeadersComplete = (_major, _minor, _raw, method) => {
    methodNames.set(method ?? -1, name);
    return 0;
  };
  parser[HTTPParser.kOnHeadersComplete] = note;
  parser.execute(Buffer.from(`${name} ${targets[name] ?? '/ HTTP/1.1'}\r\n\r\n`));
}

/** Reads as node:http does. */
function readNode(chunks: readonly Buffer[], reads: Reads): Reading {
  const isRequest = reads === Reads.requests;
  const reading: Reading = { found: [], refused: false, mayEnd: true };
  const parser = new HTTPParser();
  parser.initialize(isRequest ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, maxHeadBytes, 0);
  let early: string[] = [];
  let earlyUrl = '';
  let message: Found | null = null;
  let over = false;
  let last = false;
  let ended = false;
  // Fields beyond those that it keeps at a time, and trailers.
  parser[HTTPParser.kOnHeaders] = (raw: string[], url: string): undefined => {
    if (message !== null) {
      message.trailers = [...message.trailers, ...raw];
      return;
    }
    early = [...early, ...raw];
    earlyUrl += url;
  };
  const headersComplete: HeadersComplete = (...values) => {
    const [major, minor, raw, method, url, status, reason, upgrade, keepAlive] = values;
    const version = `${major}.${minor}`;
    message = {
      start: isRequest
        ? `${methodNames.get(method ?? -1)} ${url ?? earlyUrl} ${version}`
        : `HTTP/${version} ${String(status).padStart(3, '0')} ${reason} `,
      raw: raw ?? early,
      body: '',
      trailers: [],
      whole: false,
    };
    if (!over) reading.found.push(message);
    early = [];
    earlyUrl = '';
    if (isRequest) {
      last = !keepAlive;
      over ||= upgrade;
      return upgrade ? 2 : 0;
    }
    last = !isInterim(status ?? 0);
    over ||= status === 101;
    return last ? 0 : 1;
  };
  parser[HTTPParser.kOnHeadersComplete] = headersComplete;
  parser[HTTPParser.kOnBody] = (part: Buffer): undefined => {
    if (message !== null) message.body += part.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete] = (): undefined => {
    // At the end of the bytes it says so of a body that goes on to there.
    if (message !== null) message.whole = !ended && !(isRequest && over);
    message = null;
    over ||= last;
  };
  for (const chunk of chunks) {
    if (over || reading.refused) break;
    // What follows the last message that counts is nobody's.
    if (parser.execute(chunk) instanceof Error) reading.refused = !over;
  }
  ended = true;
  if (!over && !reading.refused) reading.mayEnd = !(parser.finish() instanceof Error);
  parser.close();
  return reading;
}

/** What has to be the same whoever reads: of a body before bytes that are refused, how much was read may differ. */
const told = ({ found, refused, mayEnd }: Reading): string => {
  // Without a version a message is refused, whatever else it says and whatever follows it.
  const old = found.findIndex(({ start }) => start.endsWith(' 0.9'));
  if (old !== -1)
    return `${told({ found: found.slice(0, old), refused: false, mayEnd: true })} HTTP/0.9`;
  return JSON.stringify([
    refused,
    refused || mayEnd,
    found.map(({ start, raw, body, trailers, whole }, i) => {
      const line = start.trimEnd();
      return refused && i === found.length - 1 ? [line, raw] : [line, raw, body, trailers, whole];
    }),
  ]);
};

/**
 * Whether a chunk has an extension whose value is quoted (RFC 9112 section 7.1.1): the parser of some Nodes refuses what
 * follows the quote.
 */
export const mayBeRefused = (text: string): boolean => /\n[\da-f]+[ \t]*;[^\r\n]*"/i.test(text);

/**
 * Reads the same bytes in every way: whole, in pieces, byte by byte, with bodies counted and parsed, and with the parser
 * of node:http.
 *
 * @returns null where all came to the same, or node:http alone refuses what `mayBeRefused` names
 */
export function parserDifference(
  text: string,
  reads: Reads,
  cuts: readonly Buffer[],
): Readonly<Record<string, string>> | null {
  const bytes = Buffer.from(text, 'latin1');
  const readings = {
    whole: told(readOurs([bytes], reads, true)),
    parsed: told(readOurs([bytes], reads, false)),
    pieces: told(readOurs(cuts, reads, true)),
    single: told(
      readOurs(
        Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
        reads,
        true,
      ),
    ),
    node: told(readNode([bytes], reads)),
  };
  const { whole, node, ...others } = readings;
  const isNodeAlike = node === whole || (mayBeRefused(text) && node.startsWith('[true'));
  return isNodeAlike && Object.values(others).every((other) => other === whole) ? null : readings;
}
