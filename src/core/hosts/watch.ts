import { setMaxListeners } from 'node:events';
import type { HostsEvent } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import type { TableEvent } from '../frontends/table.ts';
import { looksAlike } from './view.ts';

/** What a watcher has not been told yet. */
type Pending = { readonly kind: 'all' } | { readonly kind: 'names'; readonly names: Set<string> };

const everything: Pending = { kind: 'all' };

/** What a watcher is told of: how events become what it reads. */
interface Source {
  /** Resolves when there is something worth telling. */
  readonly ready: Promise<void>;
  subscribe(listener: (event: TableEvent) => void): () => void;
  all(): Promise<HostsEvent>;
  /** How a frontend is now. */
  one(name: string): HostsEvent;
}

/**
 * One watcher: everything, then each change. Changes wait as names, each once, and what a name is now is looked up when
 * it is read: a watcher that does not read costs at most `maxQueuedHostChanges` names, and is then told everything.
 */
export function watchHosts(
  source: Source,
  signals: readonly AbortSignal[],
): AsyncIterableIterator<HostsEvent, undefined> {
  let pending: Pending = everything;
  let wakes: (() => void)[] = [];
  let isOver = false;

  const rouse = (): void => {
    for (const wake of wakes) wake();
    wakes = [];
  };

  let isReady = false;
  let unsubscribe: (() => void) | null = null;

  const note = (name: string): void => {
    if (pending.kind === 'all') return;
    pending.names.add(name);
    if (pending.names.size > limits.maxQueuedHostChanges) pending = everything;
  };

  const end = (): void => {
    isOver = true;
    unsubscribe?.();
    for (const signal of signals) signal.removeEventListener('abort', end);
    rouse();
  };

  /** Only now: what nobody ever reads must hold nothing. */
  const begin = (): void => {
    unsubscribe = source.subscribe((event) => {
      if (event.kind === 'state') return;
      if (event.kind === 'all') pending = everything;
      else if (event.kind === 'removed') note(event.name);
      else {
        const { entry, previous } = event;
        if (previous !== null && looksAlike(entry, previous)) return;
        note(entry.name);
      }
      rouse();
    });
    for (const signal of signals) {
      // One for each watcher, however many there are, and taken off when it ends.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', end, { once: true });
    }
    void source.ready.then(() => {
      isReady = true;
      rouse();
    });
  };

  /** What to tell next; null when there is nothing. */
  const take = (): Promise<HostsEvent> | HostsEvent | null => {
    if (!isReady) return null;
    if (pending.kind === 'all') {
      pending = { kind: 'names', names: new Set() };
      return source.all();
    }
    for (const name of pending.names) {
      pending.names.delete(name);
      return source.one(name);
    }
    return null;
  };

  return {
    async next() {
      isOver ||= signals.some(({ aborted }) => aborted);
      if (!isOver && unsubscribe === null) begin();
      for (;;) {
        if (isOver) return { done: true, value: undefined };
        const event = take();
        if (event !== null) return { done: false, value: await event };
        await new Promise<void>((resolve) => {
          wakes.push(resolve);
        });
      }
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
