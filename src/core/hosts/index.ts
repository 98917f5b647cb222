import type { HostsEvent, HostView } from '../../shared/contract/hosts.ts';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { type Keys, keysFor } from '../../shared/model/keys.ts';
import type { SharedStore } from '../../store/store.ts';
import { atOnce } from '../control/later.ts';
import { entryOf, type Stored } from '../frontends/entry.ts';
import type { FrontendEntry, FrontendsTable } from '../frontends/table.ts';
import { createTurns } from '../traffic/turns.ts';
import { add, type Change, remove, set } from './changes.ts';
import { type Editable, type Edited, editFrontend } from './edit.ts';
import type { EditGroup, Hosts } from './hosts.ts';
import { Journal } from './journal.ts';
import { createListing } from './listing.ts';
import { undoEdit } from './undo.ts';
import { Views } from './view.ts';
import { watchHosts } from './watch.ts';

export interface HostsOptions {
  readonly table: FrontendsTable;
  readonly store: Pick<SharedStore, 'edit'>;
  readonly prefix: string;
  /** Of this instance, as they are now: a backend that is one of them is a loop. */
  readonly listeners: () => readonly ListenerStatus[];
  /** Which container of this machine asks for a host by its labels: it would be back in a moment. */
  readonly wantedBy?: (name: string) => { readonly what: string; readonly from: string } | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export function createHosts(options: HostsOptions): Hosts {
  const { table, store, now } = options;
  const keys: Keys = keysFor(options.prefix);
  const views = new Views(options.listeners);
  const journal = new Journal();
  const closing = new AbortController();

  const turns = createTurns({ now: () => performance.now(), sliceMs: limits.listSliceMs });
  const listing = createListing({ table, views, turns });

  const viewNow = (entry: FrontendEntry): HostView => {
    views.refresh();
    return views.of(entry);
  };

  const viewOf = (name: string, stored: Stored): HostView | null => {
    const entry = entryOf(name, stored, null, now());
    return entry === null ? null : viewNow(entry);
  };

  const edit = async (name: string, decide: (stored: Editable) => Change): Promise<Edited> => {
    const edited = await editFrontend(store, keys, name, decide);
    // Whoever lists now sees the edit; the push of the change may still be on its way.
    if (edited.change !== null) await table.read(name).catch(() => null);
    return edited;
  };

  const change = async (
    { name, group }: { readonly name: string; readonly group?: EditGroup | undefined },
    decide: (stored: Editable) => Change,
  ): Promise<HostView | null> => {
    const { change: made, stored } = await edit(name, decide);
    if (made !== null) journal.add({ at: now(), name, ...made }, group);
    return viewOf(name, stored);
  };

  const changeToHost = async (
    input: { readonly name: string; readonly group?: EditGroup | undefined },
    decide: (stored: Editable) => Change,
  ): Promise<HostView> => {
    const view = await change(input, decide);
    if (view === null) throw new BerthError('BERTH_HOST_NOT_FOUND', input.name);
    return view;
  };

  return {
    async list(making = atOnce) {
      await table.ready;
      await table.fresh();
      return await making(listing.all);
    },
    async get({ name }) {
      const entry = await table.read(name).catch((error: unknown) => {
        const known = table.entries.get(name);
        if (known === undefined) throw error;
        return known;
      });
      if (entry === null) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
      return viewNow(entry);
    },
    watch: (signal, making = atOnce) =>
      watchHosts(
        {
          ready: table.ready,
          subscribe: (listener) => table.subscribe(listener),
          all: async () => {
            await table.fresh();
            return await making<HostsEvent>(async () => ({
              kind: 'all',
              hosts: await listing.all(),
            }));
          },
          one: (name): HostsEvent => {
            const entry = table.entries.get(name);
            return entry === undefined
              ? { kind: 'removed', name }
              : { kind: 'changed', host: viewNow(entry) };
          },
        },
        signal === undefined ? [closing.signal] : [signal, closing.signal],
      ),
    add: (input) => changeToHost(input, (stored) => add(input, stored)),
    set: (input) => changeToHost(input, (stored) => set(input, stored)),
    remove: (input) => {
      const wanted = input.backends === undefined ? options.wantedBy?.(input.name) : null;
      if (wanted) {
        const { what, from } = wanted;
        const detail = `${input.name} is asked for by ${what} with ${from}: it would be back at once`;
        return Promise.reject(new BerthError('BERTH_BACKEND_MAPPED', detail));
      }
      return change(input, (stored) => remove(input, stored));
    },
    async edits() {
      return journal.list();
    },
    async undo({ id }) {
      const kept = journal.find(id);
      if (kept === null) {
        throw new BerthError(
          'BERTH_EDIT_NOT_FOUND',
          id === undefined ? 'none is left to take back' : `none that is kept has the number ${id}`,
        );
      }
      const { view } = kept;
      await undoEdit(kept, edit);
      return journal.undone(view.id) ?? { ...view, undone: true };
    },
    edited: (made) => journal.add({ at: now(), ...made }),
    close() {
      closing.abort();
      listing.close();
      turns.close();
    },
  };
}
