import type { StoreState } from '../shared/messages.ts';
import type { Address } from './address.ts';
import type { Reply, StoreCommand } from './command.ts';
import { type Link, openLink } from './connect.ts';

/**
 * The promise of one server that it will tell of every change. What was read while it held may be believed until an
 * invalidation comes, or until `live` turns false; it never turns true again.
 */
export interface Trust {
  live: boolean;
}

interface TrackedEvents {
  /** These keys changed; null: all of them did. */
  invalidated(keys: readonly string[] | null): void;
  /** `mode`, `reason` or the readability of this server changed. */
  changed(): void;
}

/** A server that is read from, and asked to push what changes under some prefixes. */
export interface TrackedServer {
  readonly mode: StoreState;
  /** Why `mode` is not `live`; null when it is. */
  readonly reason: string | null;
  /** Whether a read has a chance. */
  readonly readable: boolean;
  /** For reads that are sent now; null when they may not be believed beyond their request. */
  readonly trust: Trust | null;
  readonly reader: Link;
  /** Takes the trust back and gives it anew: nothing read until now is believed. */
  renewTrust(): void;
  close(): void;
}

export interface TrackedOptions {
  readonly address: Address;
  readonly prefixes: readonly string[];
  readonly events: TrackedEvents;
  readonly random: () => number;
}

const channel = '__redis__:invalidate';

/** Whether the answer to CLIENT TRACKINGINFO (Redis 6.2) says that invalidations still arrive. */
export function isTrackingIntact(info: unknown): boolean {
  if (!Array.isArray(info)) return true;
  const flags: unknown = info[info.indexOf('flags') + 1];
  return !Array.isArray(flags) || (flags.includes('on') && !flags.includes('broken_redirect'));
}

/**
 * The run id of the server that answered INFO, or empty. Client ids are small numbers that every server has: behind a
 * sentinel, or a name with several addresses, two connections may have met two servers.
 */
function runOf(info: Reply | undefined): string {
  if (info?.ok !== true) return '';
  return /^run_id:(\w+)/m.exec(String(info.value))?.[1] ?? '';
}

/**
 * Reads from a server over one connection and hears of changes over a second (CLIENT TRACKING, broadcasting mode, RESP2
 * redirection). A loss of either takes the trust back; it is given again only after the server confirmed the tracking.
 * A server that does not know the command is `polling`.
 */
export function openTracked(options: TrackedOptions): TrackedServer {
  const { address, prefixes, events, random } = options;
  let closed = false;
  let reached = false;
  let trust: Trust | null = null;
  let unsupported: string | null = null;
  let reason: string | null = null;
  let canInspect = true;
  let subscriber: Link | null = null;
  /** The subscribed connection: its client id, and the run of the server that gave it; null while there is none. */
  let redirect: { readonly id: number; readonly run: string } | null = null;

  const distrust = (why: string): void => {
    if (trust !== null) trust.live = false;
    trust = null;
    reason = why;
    events.changed();
  };

  const refuse = (reply: Reply | undefined): void => {
    const why = reply?.ok === false ? reply.error : 'an unexpected answer';
    if (!/^(ERR|NOPERM)/.test(why)) {
      // Loading, busy, without its primary: this passes.
      reader.drop(why);
      return;
    }
    unsupported = why;
    redirect = null;
    subscriber?.close();
    subscriber = null;
    reached = true;
    distrust(`the server cannot push changes (${why})`);
  };

  const renewTrust = (): void => {
    if (trust === null) return;
    trust.live = false;
    trust = { live: true };
  };

  const track = async (): Promise<void> => {
    const target = redirect;
    if (target === null || !reader.up) return;
    const on: StoreCommand = [
      ...(['client', 'tracking', 'on', 'redirect', target.id, 'bcast'] as const),
      ...prefixes.flatMap((prefix) => ['prefix', prefix]),
    ];
    // Off first: a second ON with the same prefixes is an error.
    const replies = await reader.send([['client', 'tracking', 'off'], on, ['info', 'server']]);
    if (closed || redirect !== target || !reader.up) return;
    const reply = replies[1];
    if (runOf(replies[2]) !== target.run) {
      subscriber?.drop('its server is another one');
    } else if (reply?.ok === true) {
      trust = { live: true };
      reached = true;
      reason = null;
      events.changed();
    } else if (reply !== undefined && /redirect/i.test(reply.error)) {
      subscriber?.drop('the server forgot this connection');
    } else {
      refuse(reply);
    }
  };

  const subscribe = async (link: Link): Promise<void> => {
    const [id, info] = await link.send([
      ['client', 'id'],
      ['info', 'server'],
    ]);
    if (closed || link !== subscriber || !link.up) return;
    if (id?.ok !== true || typeof id.value !== 'number') {
      refuse(id);
      return;
    }
    const [subscribed] = await link.send([['subscribe', channel]]);
    if (closed || link !== subscriber || !link.up) return;
    if (subscribed?.ok !== true) {
      refuse(subscribed);
      return;
    }
    redirect = { id: id.value, run: runOf(info) };
    await track();
  };

  /** A failed send has already taken its link down; that is heard as `down`. */
  const quietly = (work: Promise<void>): void => {
    work.catch(() => {});
  };

  const hear = (payload: unknown): void => {
    if (payload === null) {
      renewTrust();
      events.invalidated(null);
    } else if (Array.isArray(payload)) {
      events.invalidated(payload.map((key: unknown) => String(key)));
    }
  };

  const openSubscriber = (): void => {
    const link = openLink({
      address,
      random,
      events: {
        up: () => quietly(subscribe(link)),
        down: (why) => {
          redirect = null;
          if (reached || trust !== null) distrust(why);
        },
        message: (name, payload) => {
          if (name === channel) hear(payload);
        },
      },
    });
    subscriber = link;
  };

  const inspect = (reply: Reply): void => {
    if (trust === null) return;
    if (!reply.ok) canInspect = false;
    else if (!isTrackingIntact(reply.value)) {
      redirect = null;
      distrust('the server stopped to push changes');
      subscriber?.drop('tracking is broken');
    }
  };

  const reader = openLink({
    address,
    random,
    heartbeat: () => (trust !== null && canInspect ? ['client', 'trackinginfo'] : ['ping']),
    heartbeatAnswered: inspect,
    events: {
      up: () => {
        // Another server may answer now: ask it anew what it can.
        unsupported = null;
        canInspect = true;
        if (subscriber === null) openSubscriber();
        else quietly(track());
        events.changed();
      },
      down: (why) => distrust(why),
    },
  });

  return {
    get mode() {
      if (trust !== null) return 'live';
      if (unsupported !== null && reader.up) return 'polling';
      return reached ? 'stale' : 'connecting';
    },
    get reason() {
      return reason;
    },
    get readable() {
      return reader.up;
    },
    get trust() {
      return trust;
    },
    reader,
    renewTrust,
    close() {
      closed = true;
      if (trust !== null) trust.live = false;
      trust = null;
      subscriber?.close();
      reader.close();
    },
  };
}
