import { type RequestFields, readRequestFields } from '../../headers/requestFields.ts';
import { type MessageHead, readHead } from './parser/head.ts';

/** The head of a client's request. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  /** Flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly fields: RequestFields;
  /** The client wants to keep the connection. */
  readonly keepAlive: boolean;
  /** It asked for another protocol, whatever that is: the parser reads nothing behind it. */
  readonly upgradeOffered: boolean;
}

/** @param text the head to the empty line, as latin1, which a strict parser has accepted */
export function readRequest(text: string, keepAlive: boolean, upgradeOffered: boolean): Request {
  const head: MessageHead = readHead(text, true);
  const fields = readRequestFields(head.raw, head.version === '1.0');
  return {
    method: head.first,
    url: head.rest,
    httpVersion: head.version,
    rawHeaders: head.raw,
    fields,
    keepAlive,
    upgradeOffered,
  };
}
