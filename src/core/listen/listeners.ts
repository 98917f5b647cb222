import type { Socket } from 'node:net';
import type { Bind } from '../../shared/config/config.ts';
import type { Log } from '../../shared/messages.ts';
import { describeOwner, type PortOwner } from '../ports/portOwner.ts';
import { BindError, type BoundPort, bindBerthError, type OpenPort } from './bind.ts';

/** Why a port is another one than the usual. */
interface Moved {
  readonly wanted: number;
  readonly because: 'taken' | 'forbidden';
  /** Null where that cannot be known. */
  readonly owner: PortOwner | null;
}

/** A bind of the configuration with the port that serves it. */
export interface Listener {
  /** Lives as long as the port: what a handed-over connection names, also across a reload. */
  readonly id: number;
  readonly bind: Bind;
  readonly address: string;
  readonly port: number;
  readonly moved: Moved | null;
}

/** What the binds of a configuration need. */
interface Wanted {
  readonly binds: readonly Bind[];
  readonly fallbackPorts: readonly number[];
  readonly secureFallbackPorts: readonly number[];
  /** Whether it is an error that HTTPS finds no port. */
  readonly secureIsSet: boolean;
}

/** A new set of listeners, beside the present one until it is kept or dropped. */
interface Proposal {
  readonly listeners: readonly Listener[];
  /** Makes it the present one: new ports give their connections away, ports that only the old one had are closed. */
  keep(): Promise<void>;
  /** Closes what was bound for it. */
  drop(): Promise<void>;
}

/** The ports of an instance. */
export interface Listeners {
  readonly present: readonly Listener[];
  /**
   * Binds what is wanted and not bound yet, and what had to move since its port was forbidden, where it is no longer. What
   * moved away from another program stays where it is: its address is in use.
   *
   * @throws BerthError BERTH_PORT_TAKEN, BERTH_PORT_FORBIDDEN or BERTH_ADDRESS_UNAVAILABLE; then nothing has changed
   */
  propose(wanted: Wanted): Promise<Proposal>;
  close(): Promise<void>;
}

export interface ListenersOptions {
  readonly open: OpenPort;
  readonly findOwner: (port: number) => Promise<PortOwner | null>;
  readonly accept: (listener: number, socket: Socket) => void;
  readonly acceptFailed: (error: Error) => void;
  /** See BindOptions. */
  readonly maxEarly: number;
  readonly log: Log;
}

interface Opened {
  readonly id: number;
  /** The bind it was opened for: its address and port as they were wanted. */
  readonly key: string;
  readonly bound: BoundPort;
  readonly moved: Moved | null;
}

export function createListeners(options: ListenersOptions): Listeners {
  const { open, findOwner, accept, acceptFailed, maxEarly, log } = options;
  let present: readonly Listener[] = [];
  let opened: readonly Opened[] = [];
  let lastId = 0;

  async function propose(wanted: Wanted): Promise<Proposal> {
    const { binds, fallbackPorts, secureFallbackPorts, secureIsSet } = wanted;
    const keys = bindKeys(binds);
    const kept = new Map(opened.map((one) => [one.key, one]));
    const missing = binds
      .map((bind, index) => ({ bind, key: keys[index] ?? '' }))
      .filter(({ key }) => !kept.has(key));
    const fresh = new Map<string, Opened>();
    try {
      for (const isSecure of [false, true]) {
        const group = binds
          .map((bind, index) => ({ bind, key: keys[index] ?? '' }))
          .filter(({ bind, key }) => {
            const because = kept.get(key)?.moved?.because;
            return because === 'forbidden' && (bind.tls !== null) === isSecure;
          });
        for (const [key, one] of await openAsWished(group, binds)) {
          kept.delete(key);
          fresh.set(key, one);
        }
      }
      const fallbacksOf = ({ tls }: Bind): readonly number[] =>
        tls === null ? fallbackPorts : secureFallbackPorts;
      const movable = missing.filter(({ bind }) => fallbacksOf(bind).length > 0);
      const plain = movable.filter(({ bind }) => bind.tls === null);
      for (const [key, one] of await openTogether(plain, fallbackPorts, binds)) fresh.set(key, one);
      for (const { bind, key } of missing) {
        if (movable.some((one) => one.key === key)) continue;
        fresh.set(key, await openOne(key, bind, bind.port, binds));
      }
      const secure = movable.filter(({ bind }) => bind.tls !== null);
      const opening = openTogether(secure, secureFallbackPorts, binds);
      const found = await (secureIsSet ? opening : opening.catch(withoutHttps));
      for (const [key, one] of found) fresh.set(key, one);
    } catch (error) {
      await closeAll(fresh.values());
      throw await explained(error);
    }

    const all = new Map([...kept, ...fresh]);
    const listeners: Listener[] = [];
    const used = new Set<Opened>();
    for (const [index, bind] of binds.entries()) {
      const one = all.get(keys[index] ?? '');
      if (one === undefined) continue;
      used.add(one);
      const { id, bound, moved } = one;
      listeners.push({ id, bind, address: bound.address, port: bound.port, moved });
    }
    return {
      listeners,
      keep: async () => {
        const dropped = opened.filter((one) => !used.has(one));
        opened = [...used];
        present = listeners;
        for (const { id, bound } of fresh.values()) bound.serve((socket) => accept(id, socket));
        await closeAll(dropped);
      },
      drop: () => closeAll(fresh.values()),
    };
  }

  /** Nobody asked for it: plain HTTP serves all the same. */
  async function withoutHttps(error: unknown): Promise<ReadonlyMap<string, Opened>> {
    const { message } = (await explained(error)) as Error;
    log('warn', `there is no HTTPS: ${message}`);
    return new Map();
  }

  /** Opens binds that move together: all on the first port that is free on all of their addresses. */
  async function openTogether(
    movable: readonly { readonly bind: Bind; readonly key: string }[],
    fallbackPorts: readonly number[],
    binds: readonly Bind[],
  ): Promise<ReadonlyMap<string, Opened>> {
    const wished = movable[0]?.bind.port;
    if (wished === undefined) return new Map();
    let first: BindError | null = null;
    for (const port of [wished, ...fallbackPorts.filter((other) => other !== wished)]) {
      const result = new Map<string, Opened>();
      let missingFamily: BindError | null = null;
      try {
        for (const { bind, key } of movable) {
          try {
            result.set(key, await openOne(key, bind, port, binds));
          } catch (error) {
            // A machine without IPv6 has no ::1; nobody asked for it by name.
            if (!isUnavailable(error) || bind.address !== '::1') throw error;
            missingFamily = error;
          }
        }
        if (result.size === 0 && missingFamily !== null && opened.length === 0) throw missingFamily;
        if (first === null) return result;
        const moved = await moveOf(first);
        log('warn', describeMove(moved, port));
        return new Map([...result].map(([key, one]) => [key, { ...one, moved }]));
      } catch (error) {
        await closeAll(result.values());
        if (!(error instanceof BindError) || error.failure === 'unavailable') throw error;
        first ??= error;
      }
    }
    throw first ?? new Error('no port to try');
  }

  /** All on the port that they wished for, or none. */
  async function openAsWished(
    group: readonly { readonly bind: Bind; readonly key: string }[],
    binds: readonly Bind[],
  ): Promise<ReadonlyMap<string, Opened>> {
    const result = new Map<string, Opened>();
    try {
      for (const { bind, key } of group) {
        result.set(key, await openOne(key, bind, bind.port, binds));
      }
      return result;
    } catch (error) {
      await closeAll(result.values());
      if (error instanceof BindError) return new Map();
      throw error;
    }
  }

  async function openOne(
    key: string,
    bind: Bind,
    port: number,
    binds: readonly Bind[],
  ): Promise<Opened> {
    const ipv6Only = binds.some(
      (other) => other !== bind && other.port === bind.port && !other.address.includes(':'),
    );
    const bound = await open(bind.address, port, { ipv6Only, maxEarly, acceptFailed });
    return { id: ++lastId, key, bound, moved: null };
  }

  async function moveOf({ port: wanted, failure }: BindError): Promise<Moved> {
    return failure === 'forbidden'
      ? { wanted, because: 'forbidden', owner: null }
      : { wanted, because: 'taken', owner: await findOwner(wanted) };
  }

  async function explained(error: unknown): Promise<unknown> {
    if (!(error instanceof BindError)) return error;
    return bindBerthError(error, error.failure === 'taken' ? await findOwner(error.port) : null);
  }

  return {
    get present() {
      return present;
    },
    propose,
    close: async () => {
      const all = opened;
      opened = [];
      present = [];
      await closeAll(all);
    },
  };
}

function describeMove({ wanted, because, owner }: Moved, port: number): string {
  if (because === 'forbidden') return `Port ${wanted} needs a privilege. Using ${port}.`;
  const by = owner === null ? '' : ` by ${describeOwner(owner)}`;
  return `Port ${wanted} is taken${by}. Using ${port}.`;
}

const isUnavailable = (error: unknown): error is BindError =>
  error instanceof BindError && error.failure === 'unavailable';

/** What stays the same of a bind across reloads; several with port 0 on one address are told apart by their order. */
function bindKeys(binds: readonly Bind[]): readonly string[] {
  const seen = new Map<string, number>();
  return binds.map(({ address, port }) => {
    const key = `${address} ${port}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${key} ${count}`;
  });
}

async function closeAll(all: Iterable<Opened>): Promise<void> {
  await Promise.all([...all].map(({ bound }) => bound.close()));
}
