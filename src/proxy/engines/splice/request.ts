import { limits } from '../../../shared/limits.ts';
import { type RequestFields, readRequestFields } from '../../headers/requestFields.ts';
import { readFields, readRequestLine } from './parser/head.ts';

/** The head of a client's request. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  /** Flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  /** The same object as that of the request before, where its fields were the same. */
  readonly fields: RequestFields;
  /** The client wants to keep the connection. */
  readonly keepAlive: boolean;
  /** It asked for another protocol, whatever that is: the parser reads nothing behind it. */
  readonly upgradeOffered: boolean;
}

/** Fields as they came, and what they say. */
interface ReadFields {
  readonly text: string;
  readonly isHttp10: boolean;
  readonly raw: readonly string[];
  readonly fields: RequestFields;
}

/**
 * Reads the heads of the requests of one connection. A client mostly asks with the same fields again, for another target:
 * those are read once.
 */
export class RequestReader {
  #last: ReadFields | null = null;

  /** @param text the head to the empty line, as latin1, which a strict parser has accepted */
  read(text: string, keepAlive: boolean, upgradeOffered: boolean): Request {
    const { first, rest, version, end } = readRequestLine(text);
    const { raw, fields } = this.#fields(text, end, version === '1.0');
    return {
      method: first,
      url: rest,
      httpVersion: version,
      rawHeaders: raw,
      fields,
      keepAlive,
      upgradeOffered,
    };
  }

  /** Remembers nothing of what it read. */
  forget(): void {
    this.#last = null;
  }

  #fields(head: string, start: number, isHttp10: boolean): ReadFields {
    const text = head.slice(start);
    const last = this.#last;
    if (last !== null && last.text === text && last.isHttp10 === isHttp10) return last;
    const raw = readFields(text, 0);
    const read = { text, isHttp10, raw, fields: readRequestFields(raw, isHttp10) };
    // A slice keeps all of what it was cut from.
    this.#last = head.length <= limits.rememberedHeadChars ? read : null;
    return read;
  }
}
