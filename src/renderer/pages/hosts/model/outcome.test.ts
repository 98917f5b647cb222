import { describe, expect, it, test } from 'vitest';
import { hostView } from '../../../../../test/support/hostView.ts';
import type { BackendState, HostHealth } from '../../../../shared/contract/health.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { type Standing, standingOf, standingWords, stateOf, withoutCode } from './outcome.ts';

const host = (state: BackendState, since: number): HostHealth => ({
  name: 'app.test',
  check: null,
  checker: { kind: 'passive' },
  backends: [
    {
      index: 0,
      url: 'http://127.0.0.1:3000',
      state,
      reason: state === 'down' ? 'refused' : '',
      since,
      markedForMs: null,
      lastCheck: null,
      streak: 0,
      threshold: 1,
      history: [],
    },
  ],
});

describe('a try that failed', () => {
  it('says why apart from the code', () => {
    expect(withoutCode('Berth answers 502: BERTH_BACKEND_REFUSED: nobody listens')).toEqual({
      text: 'Berth answers 502: nobody listens',
      code: 'BERTH_BACKEND_REFUSED',
    });
    expect(withoutCode('Berth answers 502: BERTH_BACKEND_REFUSED')).toEqual({
      text: 'Berth answers 502',
      code: 'BERTH_BACKEND_REFUSED',
    });
    expect(withoutCode('no answer within 5 s')).toEqual({
      text: 'no answer within 5 s',
      code: null,
    });
  });

  it('is over when a backend comes up, and not by one that was up and did not answer', () => {
    const seen = (before: HostHealth | undefined, now: HostHealth | undefined) =>
      standingOf({ ok: false }, before, hostView(), now).kind;
    expect(seen(host('down', 1), host('down', 1))).toBe('silent');
    expect(seen(host('down', 1), host('up', 2))).toBe('rose');
    expect(seen(undefined, host('up', 2))).toBe('rose');
    expect(seen(host('up', 1), host('up', 1))).toBe('silent');
    expect(seen(host('up', 1), host('up', 3))).toBe('rose');
    expect(seen(host('down', 1), undefined)).toBe('silent');
  });
});

describe('a try that was answered', () => {
  const seen = (
    before: HostHealth | undefined,
    now: HostHealth | undefined,
    paused = false,
  ): Standing =>
    standingOf({ ok: true }, before, hostView({ options: { ...defaultOptions, paused } }), now);

  it('holds while nothing later speaks against it', () => {
    expect(seen(undefined, undefined)).toEqual({ kind: 'answers' });
    expect(seen(host('up', 1), host('up', 1))).toEqual({ kind: 'answers' });
    expect(seen(host('down', 1), host('down', 1))).toEqual({ kind: 'answers' });
  });

  it('is no longer shown as answering once its backends went down, or it was paused', () => {
    const down = { kind: 'fell', state: 'down', reason: 'refused' };
    expect(seen(host('up', 1), host('down', 2))).toEqual(down);
    expect(seen(host('down', 1), host('down', 2))).toEqual(down);
    expect(seen(undefined, host('down', 2))).toEqual(down);
    expect(seen(host('up', 1), host('up', 3))).toEqual({ kind: 'answers' });
    expect(seen(host('up', 1), host('up', 1), true)).toMatchObject({
      kind: 'fell',
      state: 'paused',
    });
  });

  it('goes with its host and with its backends', () => {
    expect(standingOf({ ok: true }, undefined, null, undefined)).toEqual({ kind: 'gone' });
    expect(standingOf({ ok: true }, undefined, { ...hostView(), backends: [] }, undefined)).toEqual(
      {
        kind: 'fell',
        state: 'down',
        reason: 'it has no backend',
      },
    );
  });
});

test('a server that lets nobody in by that name does not count as answering, and what lets the host in is known', () => {
  const refused = { server: 'Vite', fix: 'Add "app.test" to server.allowedHosts.' };
  const standing = standingOf({ ok: true, refused }, host('up', 1), hostView(), host('up', 1));
  expect(standing).toEqual({ kind: 'refused', ...refused });
  expect(stateOf(standing)).toBe('degraded');
  expect(standingWords(standing, { status: 403, ms: 5, reason: '' }, 'added')).toBe(
    'is refused by its own server: Vite answers 403 to that name.',
  );
  // What became of it since goes before.
  expect(
    standingOf({ ok: true, refused }, host('up', 1), hostView(), host('down', 2)),
  ).toMatchObject({ kind: 'fell' });
});

test('words say what was seen, and what became of it', () => {
  const tried = { status: 200, ms: 12, reason: '' };
  const words = (standing: Standing) => standingWords(standing, tried, 'added');
  expect(words({ kind: 'answers' })).toBe('answers 200 through the proxy, in 12 ms.');
  expect(words({ kind: 'fell', state: 'down', reason: 'refused' })).toBe(
    'answered 200 when it was asked, and is down now: refused.',
  );
  expect(words({ kind: 'fell', state: 'paused', reason: '' })).toBe(
    'answered 200 when it was asked, and is paused now.',
  );
});
