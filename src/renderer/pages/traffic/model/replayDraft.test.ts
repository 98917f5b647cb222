import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { limits } from '../../../../shared/limits.ts';
import type { ReplayDraft } from '../../../state/trafficReplay.ts';
import { draftOf, notReplayable, readDraft, whyLook } from './replayDraft.ts';

const listeners = [
  { address: '127.0.0.1', port: 8080, secure: false },
  { address: '127.0.0.1', port: 443, secure: true },
];
const long = `/${'x'.repeat(limits.maxRecordTextChars - 1)}`;
const read = (changed: Partial<ReplayDraft>, place = aRecord()) =>
  readDraft({ ...draftOf(place), ...changed }, place, listeners);
const problemOf = (changed: Partial<ReplayDraft>): string => {
  const found = read(changed);
  return found.ok ? '' : `${found.field}: ${found.problem}`;
};

it('is what the record knows of the request', () => {
  expect(draftOf(aRecord({ userAgent: 'demo/1.0', referer: null }))).toEqual({
    method: 'GET',
    path: '/p?q=1',
    headers: 'User-Agent: demo/1.0',
    body: '',
    encoding: 'utf8',
  });
  expect(draftOf(aRecord({ target: 'http://app.test/a?b' })).path).toBe('/a?b');
  expect(draftOf(aRecord({ target: '*', method: 'OPTIONS' })).path).toBe('*');
  expect(draftOf(aRecord({ userAgent: long, referer: null })).headers).toBe('');
});

it('goes to the host of the record, at the port where Berth listens', () => {
  expect(read({ headers: '' })).toEqual({
    ok: true,
    input: {
      host: 'app.dev.local:8080',
      secure: false,
      method: 'GET',
      path: '/p?q=1',
      headers: [],
      body: null,
    },
  });
  expect(read({}, aRecord({ protocol: 'https' }))).toMatchObject({
    input: { host: 'app.dev.local', secure: true },
  });
});

it('reads headers line by line, as they are written', () => {
  expect(read({ headers: 'X-A:  a: b \n\nx-a:\n' })).toMatchObject({
    input: {
      headers: [
        ['X-A', 'a: b'],
        ['x-a', ''],
      ],
    },
  });
});

it('takes a body as text, or as bytes in base64', () => {
  expect(read({ body: ' ä\n' })).toMatchObject({
    input: { body: { encoding: 'utf8', data: ' ä\n' } },
  });
  expect(read({ body: 'AAEC\ngP8=', encoding: 'base64' })).toMatchObject({
    input: { body: { encoding: 'base64', data: 'AAECgP8=' } },
  });
});

it.each<[Partial<ReplayDraft>, string]>([
  [{ method: 'GE T' }, 'method: It is no method.'],
  [{ method: '' }, 'method: It is no method.'],
  [{ path: 'a' }, 'path: The path begins with /'],
  [{ path: '/ä€' }, 'path: The path begins with /'],
  [{ headers: 'a\nb: c' }, 'headers: Line 1: write Name: value.'],
  [{ headers: 'a: b\n\n: c' }, 'headers: Line 3: write Name: value.'],
  [{ headers: 'a: b\n\nCONNECTION: close' }, 'headers: Line 3: CONNECTION is set by Berth'],
  [{ headers: 'a: €' }, 'headers: Line 1: has a character that no header takes'],
  [
    { headers: `a: ${'x'.repeat(9000)}\nb: ${'x'.repeat(9000)}` },
    'headers: The headers are longer',
  ],
  [{ body: 'AAE', encoding: 'base64' }, 'body: The body is not base64'],
  [{ body: 'ä'.repeat(limits.maxReplayBodyBytes / 2 + 1) }, 'body: It has 262146 bytes'],
])('%# says where it is wrong', (changed, problem) => {
  expect(problemOf(changed)).toContain(problem);
});

it('sends at once only what asks and changes nothing, and is all there', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(whyLook(aRecord({ method }))).toBe(null);
  for (const method of ['POST', 'PUT', 'PATCH', 'REPORT']) {
    expect(whyLook(aRecord({ method }))).toContain('body were not kept');
  }
  expect(whyLook(aRecord({ method: 'DELETE' }))).toContain('when you say so');
  expect(whyLook(aRecord({ target: long }))).toContain('first 2048 characters');
});

it('knows what is no request that could be sent again', () => {
  expect(notReplayable(aRecord())).toBe(null);
  expect(notReplayable(aRecord({ protocol: 'wss' }))).toContain('WebSocket');
  expect(notReplayable(aRecord({ host: '' }))).toContain('named no host');
  expect(notReplayable(aRecord({ method: '-', host: '' }))).toContain('no request');
  expect(notReplayable(aRecord({ method: 'CONNECT' }))).toContain('CONNECT');
});
