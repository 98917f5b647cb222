import type { ControlApi } from '../../client/client.ts';
import type { ContainersView, ListeningPort } from '../../shared/contract/containers.ts';
import { keep } from './live.ts';
import { createStore, type Readable, type Store } from './store.ts';

/** What is meant to be mapped, from elsewhere than its own form: the palette, a drop. */
interface MapDraft {
  /** Of the item: see pages/containers/model/items.ts. */
  readonly key: string;
  /** Null: the suggestion. */
  readonly name: string | null;
  /** Whether it is to be done as soon as it is known to work; otherwise it is only filled in. */
  readonly isMeant: boolean;
}

/** What is known of containers, and how a person left their page. */
export interface ContainersState {
  /** The last that was known; null before the first. */
  readonly view: Readable<ContainersView | null>;
  /** Of processes of this machine, as they were last asked for. */
  readonly ports: Store<readonly ListeningPort[] | null>;
  readonly filter: Store<string>;
  readonly draft: Store<MapDraft | null>;
  /** Key of what is being dragged. */
  readonly dragged: Store<string | null>;
  /** Key of what the page was left with. */
  readonly chosen: Store<string | null>;
}

/** @returns the state, and what follows one connection until it is called to end */
export function createContainersState(): {
  readonly containers: ContainersState;
  readonly follow: (api: ControlApi) => () => void;
} {
  const view = createStore<ContainersView | null>(null);
  return {
    containers: {
      view,
      ports: createStore<readonly ListeningPort[] | null>(null),
      filter: createStore(''),
      draft: createStore<MapDraft | null>(null),
      dragged: createStore<string | null>(null),
      chosen: createStore<string | null>(null),
    },
    follow: (api) => {
      const ending = new AbortController();
      const { signal } = ending;
      void keep(signal, async () => {
        for await (const next of await api.containers.watch(undefined, { signal })) view.set(next);
      });
      return () => ending.abort();
    },
  };
}
