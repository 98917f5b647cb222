import { describe, expect, it } from 'vitest';
import { limits } from '../shared/limits.ts';
import { lookAtAnswer, mayRefuseHost } from './answerLook.ts';
import { readRequestFields } from './headers/requestFields.ts';
import { readResponseFields } from './headers/toClient.ts';

const navigation = ['Accept', 'text/html,*/*;q=0.8'];
interface Facts {
  readonly method?: string;
  readonly target?: string;
  readonly hostHeader?: 'client' | 'backend';
  readonly request?: readonly string[];
  readonly answer?: readonly string[];
}
const look = ({
  method = 'GET',
  target = '/',
  hostHeader = 'client',
  request = navigation,
  answer = [],
}: Facts = {}) =>
  lookAtAnswer({
    ...{ method, target, hostHeader, host: 'app.dev.local' },
    request: readRequestFields(request, false),
    answer: readResponseFields(answer, false),
  });

describe('an answer', () => {
  it.each([
    [400, null, true],
    [403, '5', true],
    [421, null, true],
    [200, '19', true],
    [200, '20', false],
    [200, null, false],
    [401, null, false],
    [404, '19', false],
    [500, null, false],
  ])('of %d with a length of %s may refuse the host: %s', (status, contentLength, may) => {
    expect(mayRefuseHost(status, { contentLength })).toBe(may);
  });

  it.each([
    ['to HEAD', { method: 'HEAD' }],
    ['of a backend that got its own Host', { hostHeader: 'backend' }],
    ['that is encoded', { answer: ['Content-Encoding', 'br'] }],
    ['of JSON', { answer: ['Content-Type', 'application/json'] }],
    ['of a picture', { answer: ['Content-Type', 'image/png'] }],
  ] as const)('%s is not looked at', (_, facts) => {
    expect(look(facts)).toBeNull();
  });

  it.each([
    ['what a person opens', {}, true],
    ['as a browser says', { request: [...navigation, 'Sec-Fetch-Mode', 'navigate'] }, true],
    ['a script', { request: [...navigation, 'Sec-Fetch-Mode', 'cors'] }, false],
    ['an old script', { request: [...navigation, 'X-Requested-With', 'XMLHttpRequest'] }, false],
    ['any client', { request: [] }, false],
    ['a form that is sent', { method: 'POST' }, false],
    ['a large one', { answer: ['Content-Length', String(limits.maxHeldAnswerBytes + 1)] }, false],
  ] as const)('to %s is held back: %s', (_, facts, holds) => {
    expect(look(facts)?.holds).toBe(holds);
  });

  it('is kept to its bound, and of one that goes on only its beginning', () => {
    const held = look();
    expect(held?.add(Buffer.alloc(limits.maxHeldAnswerBytes))).toBe(true);
    expect(held?.add(Buffer.alloc(1))).toBe(false);
    expect(held?.parts).toHaveLength(2);
    const passing = look({ request: [] });
    expect(passing?.add(Buffer.alloc(limits.maxHintBytes))).toBe(true);
    for (let i = 0; i < 100; i++) expect(passing?.add(Buffer.alloc(1000))).toBe(false);
    expect(passing?.parts).toHaveLength(1);
  });

  it('for a part of a page is known as that of Next.js', () => {
    const part = look({ target: '/_next/static/x.js', request: [] });
    part?.add(Buffer.from('Unauthorized'));
    expect(part?.refusal()?.fix).toBe(
      'Add "app.dev.local" to allowedDevOrigins in next.config.js.',
    );
    const other = look({ target: '/admin', request: [] });
    other?.add(Buffer.from('Unauthorized'));
    expect(other?.refusal()).toBeNull();
    expect(look()?.refusal()).toBeNull();
  });
});
