import { BerthError } from '../../shared/errors.ts';
import type { Mappings } from './mappings/types.ts';

const refuse = async (): Promise<never> => {
  throw new BerthError('BERTH_CONTAINERS_OFF', 'containers.enabled is false');
};

const mappings: Mappings = {
  views: () => [],
  problemsOf: () => [],
  wantedBy: () => null,
  subscribe: () => () => {},
  preview: refuse,
  map: refuse,
  unmap: refuse,
  changed: () => {},
  ready: Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Mappings of an instance that does not look for containers: what is in the store stays as it is. */
export const switchedOff = { mappings, close: (): Promise<void> => mappings.close() };
