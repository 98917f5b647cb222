import { Kind, kindOf, mayMatter } from '../../headers/kinds.ts';
import { nominatedFields } from '../../headers/nominated.ts';
import {
  isReencoded,
  noFacts,
  type ResponseFacts,
  readResponseFields,
  takeDown,
} from '../../headers/toClient.ts';
import { fieldLines } from '../common/headText.ts';
import { isBlank, readFields } from './parser/head.ts';

/** What the fields of a response tell, and those to pass on. */
export interface ResponseText {
  readonly facts: ResponseFacts;
  /** The lines of the end-to-end fields in order, case and number as they came, without the empty line. Latin1. */
  readonly lines: string;
}

const space = 0x20;

/**
 * Reads the fields of a backend's response. Most of them mean nothing to a proxy: what stands between two that do is
 * taken out in one piece.
 *
 * @param text the head to the empty line, as latin1, which a strict parser has accepted
 * @param start where its fields begin
 * @param bodiless the status forbids a body: a Content-Length would lie
 */
export function readResponseText(text: string, start: number, bodiless: boolean): ResponseText {
  const facts = noFacts();
  let lines = '';
  let from = start;
  let at = start;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    if (end === -1 || end === at) break;
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end || !isUsual(text, colon, end)) {
      return readOneByOne(text, start, bodiless);
    }
    facts.count++;
    const next = end + 2;
    if (mayMatter(text.charCodeAt(at), colon - at)) {
      const kind = kindOf(text.slice(at, colon));
      const value = text.slice(colon + 2, end);
      if (isReencoded(kind, value)) return readOneByOne(text, start, bodiless);
      if (!takeDown(facts, kind, value, bodiless)) {
        if (from < at) lines += text.slice(from, at);
        from = next;
      }
      if (kind === Kind.connection && nominatedFields(value) !== null) {
        return readOneByOne(text, start, bodiless);
      }
    }
    at = next;
  }
  if (from < at) lines += text.slice(from, at);
  return { facts, lines };
}

/** Whether a field is written as it is passed on: a colon, a space, a value without blanks around it. */
const isUsual = (text: string, colon: number, end: number): boolean =>
  colon + 2 < end &&
  text.charCodeAt(colon + 1) === space &&
  !isBlank(text.charCodeAt(colon + 2)) &&
  !isBlank(text.charCodeAt(end - 1));

function readOneByOne(text: string, start: number, bodiless: boolean): ResponseText {
  const { kept, ...facts } = readResponseFields(readFields(text, start), bodiless);
  return { facts, lines: fieldLines(kept) };
}
