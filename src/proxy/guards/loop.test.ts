import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { passageText, readTrail } from '../headers/trail.ts';
import { loopOf } from './loop.ts';

const us = 'berth-a1b2c3';
const at = (host: string, instance = us, backend = 0) => passageText({ instance, host, backend });
const loop = (via: string | null, ...trail: readonly string[]) =>
  loopOf(via, trail.length === 0 ? null : trail.join(', '), us, 'app.dev.local');

describe('a request that', () => {
  it.each([
    ['was nowhere', null, []],
    ['passed others', '1.1 fred, 1.1 berth-ffffff', []],
    [
      'passed another instance as the same host',
      '1.1 berth-ffffff',
      [at('app.dev.local', 'berth-ffffff')],
    ],
    ['was here as another host', `1.1 ${us}`, [at('web.dev.local')]],
    ['brings a trail that is none', null, ['x', us, `${us}/app.dev.local`, `${us}/a b#0`, '']],
  ])('%s goes on', (_, via, trail) => {
    expect(loop(via, ...trail)).toBeNull();
  });

  it('was here, as who knows what, does not', () => {
    expect(loop(`1.1 x, 1.1 ${us}`)).toBe('It passed through here before.');
    expect(loop(`1.1 ${us}`, at('app.dev.local', 'berth-ffffff'))).toBe(
      'It passed through here before.',
    );
  });

  it('was here as the same host does not, with or without Via: the backend is named', () => {
    for (const via of [null, `1.1 ${us}`]) {
      expect(loop(via, at('app.dev.local', us, 2))).toBe(
        'It was sent to backend #2 of app.dev.local, and came back.',
      );
    }
    expect(
      loop(null, at('app.dev.local'), at('api.dev.local'), at('x.dev.local', 'berth-f', 1)),
    ).toBe(
      'It was sent to backend #0 of app.dev.local, and came back by way of api.dev.local (#0), x.dev.local (#1).',
    );
  });

  it('goes from host to host without an end does not', () => {
    const hosts = Array.from({ length: limits.maxPassages }, (_, i) => at(`h${i}.dev.local`));
    expect(loop(null, ...hosts.slice(1))).toBeNull();
    expect(loop(null, ...hosts)).toContain(`${limits.maxPassages} times: h0.dev.local (#0), `);
  });
});

it('a trail is read whatever stands in it, and a bounded part of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(readTrail(text).length).toBeLessThanOrEqual(limits.maxPassages * 2);
    }),
  );
  const passage = { instance: us, host: '[::1]', backend: 12 };
  expect(readTrail(` ${passageText(passage)} ,y`)).toEqual([passage]);
});
