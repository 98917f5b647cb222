import type { HostView } from '../../shared/contract/hosts.ts';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { lint } from './lint.ts';

/** Entries as people see them; made once for each entry, as long as the listeners are the same. */
export class Views {
  readonly #read: () => readonly ListenerStatus[];
  #made = new WeakMap<FrontendEntry, HostView>();
  #listeners: readonly ListenerStatus[] = [];
  #key = '';

  constructor(listeners: () => readonly ListenerStatus[]) {
    this.#read = listeners;
  }

  /** Another text for other listeners. */
  get key(): string {
    return this.#key;
  }

  /** Looks which listeners there are: once for as many entries as come together, since it takes longer than a view. */
  refresh(): void {
    const listeners = this.#read();
    const key = listeners.map((one) => `${one.address} ${one.port} ${one.secure}`).join();
    if (key === this.#key) return;
    this.#made = new WeakMap();
    this.#listeners = listeners;
    this.#key = key;
  }

  /** With the listeners of the last `refresh`. */
  of(entry: FrontendEntry): HostView {
    const known = this.#made.get(entry);
    if (known !== undefined) return known;
    const view: HostView = {
      name: entry.name,
      identifier: entry.list?.[0] ?? '',
      backends: entry.list?.slice(1) ?? [],
      options: entry.options,
      findings: lint(entry, this.#listeners),
      revision: entry.revision,
    };
    this.#made.set(entry, view);
    return view;
  }
}

/** Whether two entries of a name look the same: what makes them differ are only dead marks that count. */
export function looksAlike(a: FrontendEntry, b: FrontendEntry): boolean {
  return (
    a.revision === b.revision &&
    a.problem === b.problem &&
    a.optionsProblem === b.optionsProblem &&
    staleOf(a) === staleOf(b)
  );
}

const staleOf = (entry: FrontendEntry): string =>
  JSON.stringify([...entry.staleDead].map(([index, { url }]) => [index, url]));
