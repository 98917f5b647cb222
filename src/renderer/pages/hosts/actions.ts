import type { ControlApi } from '../../../client/client.ts';
import type { EditView, HostView } from '../../../shared/contract/hosts.ts';
import { BerthError } from '../../../shared/errors.ts';
import type { OptionsPatch } from '../../../shared/model/options.ts';
import type { Berth } from '../../app/context.ts';
import { copyText, openAddress } from '../../app/outside.ts';
import { type Addressed, addressOfHost, type HostAddress } from './model/address.ts';
import { type BackendPlace, movedBackend } from './model/backendEdit.ts';
import { describeChanges } from './model/changes.ts';
import { checkWords } from './model/checkWords.ts';
import { createOwnEdits } from './model/ownEdits.ts';

/** A change of one host: what is left out stays. */
interface HostChange {
  readonly backends?: readonly string[];
  readonly identifier?: string;
  readonly options?: OptionsPatch;
  /** Options begin with the defaults. */
  readonly reset?: boolean;
}

/** A change that depends on what there is: own edits may not be shown yet. */
type ChangeOf = (meant: HostView) => HostChange;

/** What a person does with hosts. Each tells by a toast how it went, and never rejects. */
export interface HostActions {
  addressOf(row: Addressed): HostAddress | null;
  copyUrl(row: Addressed): Promise<void>;
  copyCurl(row: Addressed): Promise<void>;
  open(row: Addressed): Promise<void>;
  openUrl(url: string): Promise<void>;
  /** @returns whether it was done; it is not where somebody else has changed the host since `seen` */
  change(seen: HostView, change: HostChange | ChangeOf): Promise<boolean>;
  remove(hosts: readonly HostView[]): Promise<void>;
  addBackend(seen: HostView, url: string): Promise<boolean>;
  /** Another address for a backend. @returns as `change` */
  moveBackend(seen: HostView, place: BackendPlace, url: string): Promise<boolean>;
  removeBackend(seen: HostView, url: string): Promise<void>;
  setPaused(hosts: readonly HostView[], paused: boolean): Promise<void>;
  check(name: string, backend?: string): Promise<void>;
  drain(name: string, backend: string): Promise<void>;
  revive(name: string, backend?: string): Promise<void>;
  /** The edit with this number, or the last one. */
  undo(id?: number): Promise<void>;
}

/** Calls that are under way at the same time, where many hosts are meant. */
const callsAtOnce = 8;

export function createHostActions({ session, live, toasts }: Berth): HostActions {
  const edits = createOwnEdits();
  const api = (): ControlApi => {
    const state = session.state.get();
    if (state.kind === 'connected') return state.api;
    throw new BerthError('BERTH_NOT_RUNNING', 'nothing was changed');
  };
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      toasts.failed(error);
      return false;
    }
  };
  const addressOf = (row: Addressed): HostAddress | null =>
    addressOfHost(row, live.status.get()?.listeners ?? []);
  const withAddress = async (
    row: Addressed,
    use: (address: HostAddress) => Promise<void>,
  ): Promise<void> => {
    const address = addressOf(row);
    if (address !== null) await attempt(() => use(address));
    else toasts.show({ kind: 'failed', text: `${row.name} has no address: nothing listens.` });
  };
  const copy = async (text: string): Promise<void> => {
    await copyText(text);
    toasts.show({ kind: 'done', text: `Copied ${text}` });
  };
  const undo = async (id?: number): Promise<void> => {
    await attempt(async () => {
      const edit = await api().hosts.undo(id === undefined ? {} : { id });
      toasts.settled(topicOf(edit));
      toasts.show({ kind: 'done', text: `Taken back: ${edit.name}, ${edit.summary}` });
    });
  };
  const done = (text: string, edit: EditView | undefined): void =>
    toasts.show({
      kind: 'done',
      text,
      topic: edit && topicOf(edit),
      action:
        edit?.revertible === true ? { label: 'Undo', run: () => void undo(edit.id) } : undefined,
    });
  const lastEdit = async (names: ReadonlySet<string>): Promise<EditView | undefined> =>
    (await api().hosts.edits()).find(({ name, undone }) => !undone && names.has(name));

  /** Of a refusal because of others: what they did. Shown, never overwritten. */
  const explain = async (error: unknown, seen: HostView): Promise<unknown> => {
    if (!(error instanceof BerthError) || error.code !== 'BERTH_CONFLICT') return error;
    const now = await api()
      .hosts.get({ name: seen.name })
      .catch(() => null);
    const changes = describeChanges(seen, now);
    return changes.length === 0
      ? error
      : new BerthError(
          'BERTH_CONFLICT',
          `${seen.name}: ${changes.join('; ')}. Nothing was written`,
        );
  };
  /** The same edit of several hosts, as one that is taken back whole. */
  const editAll = async (
    hosts: readonly HostView[],
    verb: string,
    edit: (
      host: HostView,
      group: { readonly id: string; readonly verb: string },
    ) => Promise<unknown>,
  ): Promise<void> => {
    const group = { id: crypto.randomUUID(), verb };
    const waiting = [...hosts];
    const changed: string[] = [];
    const failed: unknown[] = [];
    const next = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        try {
          await edit(host, group);
          changed.push(host.name);
        } catch (error) {
          failed.push(await explain(error, host));
        }
      }
    };
    await Promise.all(Array.from({ length: callsAtOnce }, next));
    const [only] = changed;
    const what = changed.length === 1 ? only : `${changed.length} hosts`;
    await attempt(async () => {
      if (changed.length === 0) return;
      done(
        `${verb[0]?.toUpperCase() ?? ''}${verb.slice(1)} ${what}`,
        await lastEdit(new Set(changed)),
      );
    });
    if (failed.length > 0) toasts.failed(failed[0]);
    if (failed.length > 1) {
      toasts.show({
        kind: 'failed',
        text: `${failed.length - 1} more hosts were left as they are.`,
      });
    }
  };

  const change = (seen: HostView, change: HostChange | ChangeOf): Promise<boolean> =>
    attempt(async () => {
      const { name } = seen;
      let before = '';
      const now = await edits.edit(seen, async (meant) => {
        before = meant.revision;
        const { backends, ...rest } = typeof change === 'function' ? change(meant) : change;
        try {
          return await api().hosts.set({
            name,
            expect: meant.revision,
            ...rest,
            ...(backends === undefined ? {} : { backends: [...backends] }),
          });
        } catch (error) {
          throw await explain(error, meant);
        }
      });
      const edit = now?.revision === before ? undefined : await lastEdit(new Set([name]));
      done(`${name}: ${edit?.summary ?? 'nothing to change'}`, edit);
    });

  return {
    addressOf,
    copyUrl: (row) => withAddress(row, ({ url }) => copy(url)),
    copyCurl: (row) => withAddress(row, ({ curl }) => copy(curl)),
    open: (row) => withAddress(row, ({ url }) => openAddress(url)),
    openUrl: async (url) => {
      await attempt(() => openAddress(url));
    },
    change,
    moveBackend: (seen, place, url) =>
      change(seen, (meant) => {
        const moved = movedBackend(meant, place, url);
        if (moved !== null) return moved;
        const what = `${seen.name}: ${place.url} was removed`;
        throw new BerthError('BERTH_CONFLICT', `${what}. Nothing was written`);
      }),
    remove: (hosts) =>
      editAll(hosts, 'removed', ({ name, revision }, group) =>
        api().hosts.remove({ name, expect: revision, group, exact: true }),
      ),
    addBackend: (seen, url) =>
      attempt(async () => {
        const { name } = seen;
        await edits.edit(
          seen,
          () => api().hosts.add({ name, backends: [url] }),
          (meant, now) => describeChanges(meant, now).join() === `added ${url}`,
        );
        done(`${name}: added ${url}`, await lastEdit(new Set([name])));
      }),
    removeBackend: async (seen, url) => {
      await attempt(async () => {
        await edits.edit(seen, async ({ name, revision }) => {
          try {
            return await api().hosts.remove({ name, backends: [url], expect: revision });
          } catch (error) {
            throw await explain(error, seen);
          }
        });
        done(`${seen.name}: removed ${url}`, await lastEdit(new Set([seen.name])));
      });
    },
    setPaused: (hosts, paused) =>
      editAll(hosts, paused ? 'paused' : 'resumed', ({ name }, group) =>
        api().hosts.set({ name, options: { paused }, group }),
      ),
    check: async (name, backend) => {
      await attempt(async () => {
        const { backends } = await api().health.check(target(name, backend));
        const asked = backends.filter(({ url }) => backend === undefined || url === backend);
        const isFine = asked.every(({ lastCheck }) => lastCheck?.ok === true);
        toasts.show({ kind: isFine ? 'done' : 'failed', text: checkWords(asked) });
      });
    },
    drain: async (name, backend) => {
      await attempt(async () => {
        await api().health.drain({ name, backend });
        toasts.show({
          kind: 'done',
          text: `${backend} gets nothing new`,
          action: { label: 'Revive', run: () => void api().health.revive({ name, backend }) },
        });
      });
    },
    revive: async (name, backend) => {
      await attempt(async () => {
        await api().health.revive(target(name, backend));
        toasts.show({ kind: 'done', text: `${backend ?? name} gets requests again` });
      });
    },
    undo,
  };
}

const topicOf = ({ id }: Pick<EditView, 'id'>): string => `edit ${id}`;

const target = (name: string, backend: string | undefined) =>
  backend === undefined ? { name } : { name, backend };
