import type { EngineState } from '../../shared/desktop/state.ts';
import type { SessionState } from '../connection/session.ts';

/**
 * Whether what is shown of hosts is how they are, and not how they last were known to be.
 *
 * @param engine null in a browser
 */
export const isCurrent = (
  session: Pick<SessionState, 'kind'>,
  engine: Pick<EngineState, 'kind'> | null,
): boolean =>
  session.kind === 'connected' && engine?.kind !== 'stopped' && engine?.kind !== 'crashed';

/** How a state is shown: nobody vouches for the last known one where there is no connection. */
export function shownState<State extends string>(
  state: State,
  isCurrent: boolean,
): { readonly state: State | 'unknown'; readonly title: string | undefined } {
  if (isCurrent) return { state, title: undefined };
  return {
    state: 'unknown',
    title: state === 'unknown' ? 'not connected' : `not connected: last known ${state}`,
  };
}
