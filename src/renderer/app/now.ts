import { createStore, type Readable } from '../state/store.ts';

/** Milliseconds between two ticks. */
const tickMs = 1000;

/** Unix milliseconds, each second while somebody looks: what is relative to now is drawn from it. */
export function createClock(): Readable<number> {
  const store = createStore(Date.now());
  let watchers = 0;
  let timer: number | undefined;
  return {
    // It stood while nobody looked: whoever looks first must not read the time of back then.
    get: () => {
      if (watchers === 0 && Date.now() - store.get() >= tickMs) store.set(Date.now());
      return store.get();
    },
    subscribe: (listener) => {
      const end = store.subscribe(listener);
      if (watchers++ === 0) timer = window.setInterval(() => store.set(Date.now()), tickMs);
      return () => {
        end();
        if (--watchers === 0) window.clearInterval(timer);
      };
    },
  };
}
