import { limits } from '../../../shared/limits.ts';
import { type Query, type Question, readQuery, recordTypes, responseCodes } from './query.ts';

/**
 * The domain that a host belongs to as far as this server answers for it: the host itself, or one above it; null for a
 * host that is not ours.
 */
export type ZoneOf = (host: string) => string | null;

const internet = 1;
const anyClass = 255;
const inQuestion = 12;

/**
 * What is answered to a message; null for nothing at all. Every name of a zone is on this machine, on both families. Of
 * other types there are no records, which is said with the zone's SOA, so that whoever asks remembers it.
 */
export function answerTo(message: Buffer, zoneOf: ZoneOf): Buffer | null {
  const query = readQuery(message);
  if (query.kind === 'none') return null;
  if (query.kind === 'malformed') return response(query, responseCodes.formatError, [], []);
  const { question } = query;
  if (query.opcode !== 0) return response(query, responseCodes.notImplemented, [], []);
  if ((query.edns ?? 0) > 0) return response(query, responseCodes.badVersion, [], []);
  const isOurs = question.class === internet || question.class === anyClass;
  const zone = question.host === null || !isOurs ? null : zoneOf(question.host);
  if (zone === null) return response(query, responseCodes.refused, [], []);
  const answers = answersTo(question, zone);
  const authority = answers.length === 0 ? [soa(question, zone)] : [];
  return response(query, responseCodes.noError, answers, authority);
}

function answersTo(question: Question, zone: string): readonly Buffer[] {
  switch (question.type) {
    case recordTypes.a:
      return [ipv4];
    case recordTypes.aaaa:
      return [ipv6];
    case recordTypes.any:
      return [ipv4, ipv6];
    case recordTypes.soa:
      return question.host === zone ? [soa(question, zone)] : [];
    default:
      return [];
  }
}

const pointerTo = (offset: number): number => 0xc000 | offset;

const ipv4 = record(inQuestion, recordTypes.a, Buffer.from([127, 0, 0, 1]));
const ipv6 = record(inQuestion, recordTypes.aaaa, Buffer.from([...Array<number>(15).fill(0), 1]));

/** @param nameAt where the name stands in the message */
function record(nameAt: number, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(pointerTo(nameAt), 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(internet, 4);
  head.writeUInt32BE(limits.dnsTtlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** The zone is the end of the name that was asked for. */
function soa({ labelOffsets }: Question, zone: string): Buffer {
  const nameAt = labelOffsets.at(-zone.split('.').length) ?? inQuestion;
  const data = Buffer.alloc(24);
  // Its server and who answers for it: the zone itself.
  data.writeUInt16BE(pointerTo(nameAt), 0);
  data.writeUInt16BE(pointerTo(nameAt), 2);
  const [serial, refresh, retry, expire] = [1, 3600, 600, 86_400];
  for (const [at, value] of [serial, refresh, retry, expire, limits.dnsTtlSeconds].entries()) {
    data.writeUInt32BE(value, 4 + 4 * at);
  }
  return record(nameAt, recordTypes.soa, data);
}

const flag = { response: 0x8000, authoritative: 0x0400, recursionDesired: 0x0100 } as const;

function response(
  query: Exclude<Query, { kind: 'none' }>,
  code: number,
  answers: readonly Buffer[],
  authority: readonly Buffer[],
): Buffer {
  const isRead = query.kind === 'query';
  const edns = isRead && query.edns !== null ? [option(code)] : [];
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.id, 0);
  header.writeUInt16BE(
    flag.response |
      (code === responseCodes.noError ? flag.authoritative : 0) |
      (query.flags & (0x7800 | flag.recursionDesired)) |
      (code & 0xf),
    2,
  );
  const counts = [isRead ? 1 : 0, answers.length, authority.length, edns.length];
  for (const [at, count] of counts.entries()) header.writeUInt16BE(count, 4 + 2 * at);
  return Buffer.concat([
    header,
    ...(isRead ? [query.question.bytes] : []),
    ...answers,
    ...authority,
    ...edns,
  ]);
}

/** The record by which EDNS answers: what fits into a datagram here, and the upper bits of the code. */
function option(code: number): Buffer {
  const data = Buffer.alloc(11);
  data.writeUInt16BE(recordTypes.opt, 1);
  data.writeUInt16BE(limits.maxDnsDatagramBytes, 3);
  data[5] = code >> 4;
  return data;
}
