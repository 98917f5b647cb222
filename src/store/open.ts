import { isSameEndpoint, type ReachableStore } from '../shared/model/driver.ts';
import { openClusterStore } from './cluster.ts';
import { openServerStore } from './server.ts';
import type { SharedStore, StoreOptions } from './store.ts';

/** Connects to a store and stays connected until `close`. Never throws, also when nothing is there. */
export function openStore(spec: ReachableStore, options: StoreOptions): SharedStore {
  switch (spec.kind) {
    case 'cluster':
      return openClusterStore(spec, options);
    case 'socket':
      return openServerStore({
        ...options,
        read: { kind: 'socket', path: spec.path },
        write: null,
      });
    case 'sentinel':
      return openServerStore({ ...options, read: { kind: 'sentinel', group: spec }, write: null });
    case 'redis':
      return openServerStore({
        ...options,
        read: { kind: 'server', endpoint: spec.read },
        write: isSameEndpoint(spec.read, spec.write)
          ? null
          : { kind: 'server', endpoint: spec.write },
      });
  }
}
