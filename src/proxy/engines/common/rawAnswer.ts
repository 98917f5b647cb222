import { STATUS_CODES } from 'node:http';
import type { LocalAnswer } from '../../pages/pages.ts';
import { headText } from './headText.ts';

/** A complete closing answer as bytes, for connections on which node:http has no response to offer. */
export function rawAnswer(answer: LocalAnswer, wallClock: number): Buffer {
  const head = headText(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`, [
    ...answer.headers,
    'Date',
    new Date(wallClock).toUTCString(),
    'Connection',
    'close',
  ]);
  return Buffer.concat([Buffer.from(head, 'latin1'), answer.body]);
}
