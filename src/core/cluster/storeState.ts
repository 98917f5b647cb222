import type { LogLevel, StoreState } from '../../shared/messages.ts';

/** The state of the store as all workers together see it; one that has just started does not count beside others. */
export function combineStoreStates(states: readonly StoreState[]): StoreState {
  if (states.includes('stale')) return 'stale';
  if (states.includes('polling')) return 'polling';
  return states.includes('live') ? 'live' : 'connecting';
}

/** What a person is told when the state changes. */
export function describeStoreState(
  state: StoreState,
  detail: string | null,
): { readonly level: LogLevel; readonly message: string } {
  const why = detail === null ? '' : ` (${detail})`;
  switch (state) {
    case 'live':
      return { level: 'info', message: 'the store is connected' };
    case 'polling':
      return {
        level: 'info',
        message: `the store is connected and asked on every request, since it cannot push changes${why}`,
      };
    case 'stale':
      return { level: 'warn', message: `the store is lost${why}; known hosts are served on` };
    case 'connecting':
      return { level: 'warn', message: `the store is not reached yet${why}` };
  }
}
