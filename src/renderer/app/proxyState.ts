import type { EngineState } from '../../shared/desktop/state.ts';
import type { SessionState } from '../connection/session.ts';
import type { Status } from '../ui/Status.tsx';

/** How the proxy is, in a word. */
export interface ProxyState {
  readonly glyph: Status;
  readonly word:
    | 'running'
    | 'connecting'
    | 'not connected'
    | 'starting'
    | 'stopping'
    | 'stopped'
    | 'failed';
}

/**
 * @param engine null in a browser
 * @param isKnown whether the instance has said how it is
 */
export function proxyState({
  session,
  engine,
  isKnown,
}: {
  readonly session: Pick<SessionState, 'kind'>;
  readonly engine: Pick<EngineState, 'kind'> | null;
  readonly isKnown: boolean;
}): ProxyState {
  switch (engine?.kind) {
    case 'starting':
    case 'stopping':
      return { glyph: 'unknown', word: engine.kind };
    case 'stopped':
      return { glyph: 'paused', word: 'stopped' };
    case 'crashed':
      return { glyph: 'down', word: 'failed' };
  }
  if (session.kind === 'lost') return { glyph: 'down', word: 'not connected' };
  return session.kind === 'connected' && isKnown
    ? { glyph: 'up', word: 'running' }
    : { glyph: 'unknown', word: 'connecting' };
}
