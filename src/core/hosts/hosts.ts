import type { HostsEvent, HostView, hostsContract } from '../../shared/contract/hosts.ts';
import type { Making } from '../control/later.ts';
import type { AsyncService } from '../control/served.ts';
import type { EditedHost } from './changes.ts';

/**
 * What can be asked about hosts, as the contract says. Names and URLs come checked by its schemas.
 *
 * Every edit throws BerthError: BERTH_CONFLICT when another writer was first or `expect` is not what the store has,
 * BERTH_HOST_NOT_FOUND, BERTH_INPUT_INVALID, BERTH_STORE_UNREACHABLE. `get` is fresh from the store, also beyond what
 * is listed; the last good one while the store is away.
 */
export interface Hosts extends Omit<AsyncService<typeof hostsContract>, 'list' | 'watch'> {
  /** @param making of the whole list; at once without it, as in `watch` */
  list(making?: Making): Promise<readonly HostView[]>;
  /** Ends when the signal fires, when the consumer returns, or when the instance closes. */
  watch(signal?: AbortSignal, making?: Making): AsyncIterableIterator<HostsEvent>;
  /** An edit of a host that was made beside these, as by mapping it: it can be taken back as they can. */
  edited(edit: EditedHost & { readonly summary: string }): void;
  close(): void;
}

/** Edits with the same `id` are taken back together. */
export type EditGroup = NonNullable<Parameters<Hosts['add']>[0]['group']>;
