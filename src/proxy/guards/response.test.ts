import { describe, expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { readResponseFields } from '../headers/toClient.ts';
import { isFinalResponse, isInterimResponse, isWebSocketAgreement } from './response.ts';

const ok = { httpVersion: '1.1', statusCode: 200, statusMessage: 'OK' };
const manyFields = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => [`X-${i}`, 'v']).flat();

describe('a final response', () => {
  test.each([
    ['of HTTP/1.1', {}, [], true],
    ['of HTTP/1.0', { httpVersion: '1.0' }, [], true],
    ['of a version that is none of ours', { httpVersion: '2.0' }, [], false],
    ['of another protocol', { httpVersion: '0.9' }, [], false],
    ['without a reason phrase', { statusMessage: undefined }, [], true],
    ['with a reason phrase in Latin 1', { statusMessage: 'Gr\u00fc\u00dfe' }, [], true],
    ['with a control character in its reason phrase', { statusMessage: 'O\u0001K' }, [], false],
    ['with a line end in its reason phrase', { statusMessage: 'OK\rX: y' }, [], false],
    ['without a status', { statusCode: undefined }, [], false],
    ['with an interim status', { statusCode: 199 }, [], false],
    ['with a status of four digits', { statusCode: 1000 }, [], true],
    ['with as many fields as allowed', {}, manyFields(limits.maxHeadFields), true],
    ['with one field more', {}, manyFields(limits.maxHeadFields + 1), false],
    ['with two lengths', {}, ['Content-Length', '1', 'Content-Length', '1'], false],
    ['with another transfer coding', {}, ['Transfer-Encoding', 'gzip'], false],
  ])('%s', (_name, change, fields, accepted) => {
    expect(isFinalResponse({ ...ok, ...change }, readResponseFields(fields, false))).toBe(accepted);
  });
});

describe('an interim response', () => {
  const hints = { httpVersion: '1.1', statusCode: 103, statusMessage: 'Early Hints' };
  test.each([
    ['is taken', {}, 2, 0, true],
    ['is the last that is taken', {}, 2, limits.maxInterimResponses - 1, true],
    ['is one too many', {}, 2, limits.maxInterimResponses, false],
    ['has as many fields as allowed', {}, limits.maxHeadFields, 0, true],
    ['has one field more', {}, limits.maxHeadFields + 1, 0, false],
    ['is none of HTTP/1', { httpVersion: '2.0' }, 2, 0, false],
    ['has an unsound reason phrase', { statusMessage: '\u0000' }, 2, 0, false],
  ])('%s', (_name, change, fields, earlier, accepted) => {
    expect(isInterimResponse({ ...hints, ...change }, fields, earlier)).toBe(accepted);
  });
});

describe('a handshake is agreed to', () => {
  const switching = { httpVersion: '1.1', statusCode: 101, statusMessage: 'Switching Protocols' };
  test.each([
    ['by 101 with the protocol', {}, ['Upgrade', 'websocket'], true],
    ['in any case', {}, ['Upgrade', 'WebSocket'], true],
    ['among others', {}, ['Upgrade', 'h2c, websocket'], true],
    ['not without the protocol', {}, [], false],
    ['not with another protocol', {}, ['Upgrade', 'h2c'], false],
    ['not by another status', { statusCode: 200 }, ['Upgrade', 'websocket'], false],
    ['not by an unsound start', { statusMessage: '\u007f' }, ['Upgrade', 'websocket'], false],
    [
      'not with too many fields',
      {},
      ['Upgrade', 'websocket', ...manyFields(limits.maxHeadFields)],
      false,
    ],
  ])('%s', (_name, change, fields, accepted) => {
    const head = readResponseFields(fields, true);
    expect(isWebSocketAgreement({ ...switching, ...change }, head)).toBe(accepted);
  });
});
