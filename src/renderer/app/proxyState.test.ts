import { expect, test } from 'vitest';
import type { EngineState } from '../../shared/desktop/state.ts';
import type { SessionState } from '../connection/session.ts';
import { proxyState } from './proxyState.ts';

test.each<[SessionState['kind'], EngineState['kind'] | null, boolean, string]>([
  ['connecting', null, false, 'unknown connecting'],
  ['connected', null, false, 'unknown connecting'],
  ['connected', null, true, 'up running'],
  ['lost', null, true, 'down not connected'],
  ['connecting', 'starting', false, 'unknown starting'],
  ['connected', 'running', true, 'up running'],
  ['connected', 'stopping', true, 'unknown stopping'],
  ['connected', 'stopped', true, 'paused stopped'],
  ['lost', 'crashed', true, 'down failed'],
  ['lost', 'running', true, 'down not connected'],
])('%s, and the desktop says %s, something known: %s – %s', (session, engine, isKnown, said) => {
  const { glyph, word } = proxyState({
    session: { kind: session },
    engine: engine === null ? null : { kind: engine },
    isKnown,
  });
  expect(`${glyph} ${word}`).toBe(said);
});
