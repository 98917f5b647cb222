import { STATUS_CODES } from 'node:http';
import type { LocalAnswer } from '../../pages/pages.ts';

/** A complete closing answer as bytes, for connections on which node:http has no response to offer. */
export function rawAnswer(answer: LocalAnswer, wallClock: number): Buffer {
  let head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n`;
  for (let i = 0; i + 1 < answer.headers.length; i += 2) {
    head += `${answer.headers[i]}: ${answer.headers[i + 1]}\r\n`;
  }
  head += `Date: ${new Date(wallClock).toUTCString()}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), answer.body]);
}
