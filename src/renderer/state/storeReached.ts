import type { StoreState } from '../../shared/messages.ts';

/** Whether the store answers at this moment. */
export const isReached = (state: StoreState): boolean => state === 'live' || state === 'polling';
