import { defaultSort, type HostSort, hostSortSchema } from '../pages/hosts/model/order.ts';
import { createPreference } from './preferences.ts';
import { createStore, type Store } from './store.ts';

/** A host that is about to be added. */
export interface Draft {
  readonly text: string;
  /** The host that it is a duplicate of: its options come with it. */
  readonly copyOf: string | null;
}

/** How a person left the page of hosts, while others are shown. */
export interface HostsView {
  readonly filter: Store<string>;
  readonly sort: Store<HostSort>;
  /** Names of those that are open in place. */
  readonly open: Store<ReadonlySet<string>>;
  readonly selected: Store<ReadonlySet<string>>;
  /** Key of the line that the keyboard is on. */
  readonly active: Store<string | null>;
  /** Name of the host whose page was shown last, until the list has taken the keyboard back to it. */
  readonly left: Store<string | null>;
  /** Null while none is being added. */
  readonly draft: Store<Draft | null>;
  /** Pixels. */
  readonly scrolled: Store<number>;
}

export const createHostsView = (): HostsView => ({
  filter: createStore(''),
  sort: createPreference('hosts.sort.1', hostSortSchema, defaultSort),
  open: createStore<ReadonlySet<string>>(new Set()),
  selected: createStore<ReadonlySet<string>>(new Set()),
  active: createStore<string | null>(null),
  left: createStore<string | null>(null),
  draft: createStore<Draft | null>(null),
  scrolled: createStore(0),
});
