/** Types of records that are known by name (RFC 1035, 3596, 8482). */
export const recordTypes = { a: 1, soa: 6, aaaa: 28, opt: 41, any: 255 } as const;

/** Lower 4 bits of a response's flags, and what EDNS adds to them. */
export const responseCodes = {
  noError: 0,
  formatError: 1,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

export interface Question {
  /** In lower case, without the dot at its end; null where a label holds what no host has. */
  readonly host: string | null;
  readonly type: number;
  readonly class: number;
  /** The question with its name, as it came: letters come back in the case that they had. */
  readonly bytes: Buffer;
  /** For each label, where it begins in the message. */
  readonly labelOffsets: readonly number[];
}

/** What a message says that came to the server. */
export type Query =
  /** It is answered by nothing: a response, or too short to have an id. */
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly id: number; readonly flags: number }
  | {
      readonly kind: 'query';
      readonly id: number;
      readonly flags: number;
      readonly opcode: number;
      readonly question: Question;
      /** Version of EDNS; null for a client that does not speak it. */
      readonly edns: number | null;
    };

const headerBytes = 12;
const maxNameBytes = 255;
const maxLabelBytes = 63;
const isResponse = 0x8000;

/**
 * Reads a query: one question, and of all that may follow nothing but EDNS, should it come first. Costs the length of the
 * name, whatever else the message holds; compressed names, which no query needs, are malformed.
 */
export function readQuery(message: Buffer): Query {
  if (message.length < headerBytes) return { kind: 'none' };
  const id = message.readUInt16BE(0);
  const flags = message.readUInt16BE(2);
  if ((flags & isResponse) !== 0) return { kind: 'none' };
  const opcode = (flags >> 11) & 0xf;
  const question = message.readUInt16BE(4) === 1 ? readQuestion(message) : null;
  if (question === null) return { kind: 'malformed', id, flags };
  const edns = readEdns(message, headerBytes + question.bytes.length);
  return { kind: 'query', id, flags, opcode, question, edns };
}

function readQuestion(message: Buffer): Question | null {
  const labels: string[] = [];
  const labelOffsets: number[] = [];
  let at = headerBytes;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > maxLabelBytes) return null;
    const next = at + 1 + length;
    if (next - headerBytes > maxNameBytes || next > message.length) return null;
    if (length === 0) {
      at = next;
      break;
    }
    labels.push(message.toString('latin1', at + 1, next));
    labelOffsets.push(at);
    at = next;
  }
  if (at + 4 > message.length) return null;
  return {
    host: hostOf(labels),
    type: message.readUInt16BE(at),
    class: message.readUInt16BE(at + 2),
    bytes: message.subarray(headerBytes, at + 4),
    labelOffsets,
  };
}

/** Null for a name that would be read otherwise once its labels are joined, or that is no ASCII. */
const hostOf = (labels: readonly string[]): string | null =>
  labels.every((label) => /^[\x21-\x2d\x2f-\x7e]+$/.test(label))
    ? labels.join('.').toLowerCase()
    : null;

/** EDNS stands in the additional records, as the first as a rule (RFC 6891). */
function readEdns(message: Buffer, at: number): number | null {
  const isAlone = message.readUInt16BE(6) === 0 && message.readUInt16BE(8) === 0;
  if (!isAlone || message.readUInt16BE(10) === 0 || at + 11 > message.length) return null;
  if (message[at] !== 0 || message.readUInt16BE(at + 1) !== recordTypes.opt) return null;
  return message[at + 6] ?? 0;
}
