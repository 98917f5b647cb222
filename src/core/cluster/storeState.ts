import type { StoreState } from '../../shared/messages.ts';

/** The state of the store as all workers together see it; one that has just started does not count beside others. */
export function combineStoreStates(states: readonly StoreState[]): StoreState {
  if (states.includes('stale')) return 'stale';
  if (states.includes('polling')) return 'polling';
  return states.includes('live') ? 'live' : 'connecting';
}
