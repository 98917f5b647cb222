import type { EditView, HostsEvent, HostView } from '../../shared/contract/hosts.ts';
import type { OptionsPatch } from '../../shared/model/options.ts';

/** Edits with the same `id` are taken back together. */
export interface EditGroup {
  readonly id: string;
  /** As `imported`. */
  readonly verb: string;
}

/**
 * What can be asked about hosts, named as in the contract. Names and URLs come checked by the contract's schemas.
 *
 * Every edit throws BerthError: BERTH_CONFLICT when another writer was first or `expect` is not what the store has,
 * BERTH_HOST_NOT_FOUND, BERTH_INPUT_INVALID, BERTH_STORE_UNREACHABLE.
 */
export interface Hosts {
  /** Sorted by name. */
  list(): Promise<readonly HostView[]>;
  /** Fresh from the store, also beyond what is listed; the last good one while the store is away. */
  get(input: { readonly name: string }): Promise<HostView>;
  /** Ends when the signal fires, when the consumer returns, or when the instance closes. */
  watch(signal?: AbortSignal): AsyncIterableIterator<HostsEvent>;
  add(input: {
    readonly name: string;
    readonly backends: readonly string[];
    readonly identifier?: string | undefined;
    readonly group?: EditGroup | undefined;
  }): Promise<HostView>;
  set(input: {
    readonly name: string;
    readonly backends?: readonly string[] | undefined;
    readonly identifier?: string | undefined;
    readonly options?: OptionsPatch | undefined;
    /** Options begin with the defaults: what is stored of them, readable or not, goes. */
    readonly reset?: boolean | undefined;
    readonly expect?: string | undefined;
    readonly group?: EditGroup | undefined;
  }): Promise<HostView>;
  /** Null when nothing is left of the frontend. */
  remove(input: {
    readonly name: string;
    readonly backends?: readonly string[] | undefined;
    readonly expect?: string | undefined;
    readonly group?: EditGroup | undefined;
  }): Promise<HostView | null>;
  /** Newest first. */
  edits(): Promise<readonly EditView[]>;
  undo(input: { readonly id?: number | undefined }): Promise<EditView>;
  close(): void;
}
