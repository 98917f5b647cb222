import { limits } from '../shared/limits.ts';
import type { StoreState } from '../shared/messages.ts';
import type { ReachableStore } from '../shared/model/driver.ts';
import type { Address } from './address.ts';
import { keyOf, type Reply, reasonOf, StoreAway, type StoreCommand } from './command.ts';
import { type Link, openLink } from './connect.ts';
import { retryDelay } from './retry.ts';
import { scanKeys } from './scan.ts';
import { createEdits, placesAt } from './seats.ts';
import {
  type NodeAddress,
  nodeName,
  parseRedirection,
  parseTopology,
  slotOf,
  type Topology,
} from './slots.ts';
import type { Answer, SharedStore, StoreOptions, Write } from './store.ts';
import { openTracked, type TrackedServer } from './tracking.ts';

type ClusterSpec = Extract<ReachableStore, { kind: 'cluster' }>;

interface Node {
  readonly address: NodeAddress;
  readonly server: TrackedServer;
}

const askingCommand: StoreCommand = ['asking'];
const away = (reason: string): Answer => ({ kind: 'away', reason });

/**
 * The store on a Redis Cluster: every primary is read from and tracked by itself. The shape of the cluster is looked at
 * every `clusterRefreshMs`, and at once after a redirection or a lost node. Where slots move, what was read from
 * their old owner is no longer believed.
 */
export function openClusterStore(spec: ClusterSpec, options: StoreOptions): SharedStore {
  const { events, random } = options;
  const nodes = new Map<string, Node>();
  let topology: Topology | null = null;
  let closed = false;
  let reached = false;
  let refreshing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** Whether the next look was already brought forward. */
  let urgent = false;
  let attempt = 0;
  let seed = 0;
  /** The connection to a seed, while no node is known. */
  let asking: Link | null = null;
  let reason: string | null = 'not connected yet';

  const addressOf = ({ host, port }: NodeAddress): Address => ({
    kind: 'server',
    endpoint: {
      host,
      port,
      database: 0,
      tls: spec.tls,
      ...(spec.username === undefined ? {} : { username: spec.username }),
      ...(spec.password === undefined ? {} : { password: spec.password }),
    },
  });

  const changed = (): void => {
    if (state() === 'live') {
      reached = true;
      reason = null;
    } else {
      for (const { server } of nodes.values()) reason = server.reason ?? reason;
    }
    events.changed();
  };

  const openNode = (address: NodeAddress): Node => ({
    address,
    server: openTracked({
      address: addressOf(address),
      prefixes: options.watched,
      random,
      events: {
        invalidated: (keys) => events.invalidated(keys),
        changed: () => {
          changed();
          // A primary that is gone has perhaps been replaced.
          if (nodes.get(nodeName(address))?.server.readable === false) soon();
        },
      },
    }),
  });

  /** Asks a node that may not be known yet for the shape of the cluster. */
  const askSeed = (address: NodeAddress): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const link = openLink({
        address: addressOf(address),
        random,
        events: {
          up: () => {
            link
              .send([['cluster', 'slots']])
              .then(([reply]) => resolve(reply ?? { ok: false, error: 'no answer' }), reject)
              .finally(() => link.close());
          },
          down: (why) => {
            link.close();
            reject(new StoreAway(why));
          },
        },
      });
      asking?.close();
      asking = link;
    });

  const adopt = (next: Topology): void => {
    const before = topology;
    topology = next;
    for (const [name, address] of next.primaries) {
      if (!nodes.has(name)) nodes.set(name, openNode(address));
    }
    for (const [name, node] of nodes) {
      if (!next.primaries.has(name)) {
        nodes.delete(name);
        node.server.close();
      } else if (before?.owners.some((owner, s) => owner === name && next.owners[s] !== name)) {
        // What it said of keys that live elsewhere now is not followed by invalidations of it any more.
        node.server.renewTrust();
      }
    }
    changed();
  };

  const lookOnce = async (): Promise<void> => {
    const known = [...nodes.values()].filter((node) => node.server.readable);
    const node = known[Math.floor(random() * known.length)];
    const asked = node?.address ?? spec.nodes[seed++ % spec.nodes.length];
    if (asked === undefined) throw new StoreAway('no node is configured');
    const [reply] =
      node === undefined
        ? [await askSeed(asked)]
        : await node.server.reader.send([['cluster', 'slots']]);
    if (closed || reply === undefined) return;
    if (!reply.ok) throw new Error(reply.error);
    const next = parseTopology(reply.value, asked.host);
    if (next === null) throw new Error('CLUSTER SLOTS says that nobody serves any slot');
    adopt(next);
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void refresh(), ms);
  };

  /** Looks at the shape of the cluster; one look at a time. */
  const refresh = (): Promise<void> => {
    refreshing ??= lookOnce()
      .then(
        () => {
          attempt = 0;
          schedule(limits.clusterRefreshMs);
        },
        (error: unknown) => {
          if (closed) return;
          reason = reasonOf(error);
          schedule(retryDelay(attempt++, random));
          events.changed();
        },
      )
      .finally(() => {
        refreshing = null;
        urgent = false;
      });
    return refreshing;
  };

  const soon = (): void => {
    if (urgent || refreshing !== null) return;
    urgent = true;
    schedule(retryDelay(attempt, random));
  };

  const state = (): StoreState => {
    const modes = [...nodes.values()].map((node) => node.server.mode);
    if (topology !== null && modes.every((mode) => mode === 'live')) return 'live';
    if (topology !== null && modes.every((mode) => mode === 'live' || mode === 'polling')) {
      return 'polling';
    }
    return reached ? 'stale' : 'connecting';
  };

  const nodeFor = (key: string): Node | undefined => nodes.get(topology?.owners[slotOf(key)] ?? '');

  /** Sends to one node; what it redirects is sent again, a few times at most. */
  const sendTo = async (
    node: Node | undefined,
    commands: readonly StoreCommand[],
    hops: number,
    isAsking: boolean,
  ): Promise<readonly Answer[]> => {
    if (node === undefined) {
      soon();
      return commands.map(() => away('no primary serves this slot'));
    }
    const { trust } = node.server;
    let replies: readonly Reply[];
    try {
      const all = await node.server.reader.send(
        isAsking ? commands.flatMap((command) => [askingCommand, command]) : commands,
      );
      replies = isAsking ? all.filter((_, i) => i % 2 === 1) : all;
    } catch (error) {
      soon();
      return commands.map(() => away(reasonOf(error)));
    }
    const follow = async (command: StoreCommand, reply: Reply): Promise<Answer> => {
      if (reply.ok) return { kind: 'reply', reply, trust };
      const redirection = parseRedirection(reply.error, node.address.host);
      if (redirection === null) {
        if (/^(CLUSTERDOWN|TRYAGAIN)/.test(reply.error)) return away(reply.error);
        return { kind: 'reply', reply, trust };
      }
      if (hops === 0) return away('the nodes of the cluster disagree');
      if (redirection.kind === 'moved') await refresh();
      const target = nodes.get(nodeName(redirection.node));
      const [answer] = await sendTo(target, [command], hops - 1, redirection.kind === 'ask');
      return answer ?? away('no answer');
    };
    return Promise.all(
      commands.map((command, i) =>
        follow(command, replies[i] ?? { ok: false, error: 'no answer' }),
      ),
    );
  };

  /** Sends each command to the node of its key, and puts the answers back in order. */
  const read = async (commands: readonly StoreCommand[]): Promise<readonly Answer[]> => {
    const groups = new Map<Node | undefined, { at: number[]; commands: StoreCommand[] }>();
    for (const [i, command] of commands.entries()) {
      const node = nodeFor(keyOf(command));
      let group = groups.get(node);
      if (group === undefined) {
        group = { at: [], commands: [] };
        groups.set(node, group);
      }
      group.at.push(i);
      group.commands.push(command);
    }
    const answers: Answer[] = commands.map(() => away('no answer'));
    await Promise.all(
      [...groups].map(async ([node, group]) => {
        const got = await sendTo(node, group.commands, limits.maxClusterRedirections, false);
        for (const [j, answer] of got.entries()) answers[group.at[j] ?? -1] = answer;
      }),
    );
    return answers;
  };

  const write = async (commands: Write, triesLeft: number): Promise<void> => {
    const [first] = commands;
    const node =
      first?.[0] === 'publish' ? anyNode() : nodeFor(first === undefined ? '' : keyOf(first));
    if (node === undefined) throw new StoreAway('no primary serves this slot');
    const replies = await node.server.reader.send(commands, { atomic: true });
    const refusal = replies.find((reply) => !reply.ok);
    if (refusal === undefined || refusal.ok) return;
    // How a transaction is told that its slot is elsewhere.
    if (refusal.error.startsWith('EXECABORT') && triesLeft > 0) {
      await refresh();
      return write(commands, triesLeft - 1);
    }
    throw new Error(refusal.error);
  };

  const anyNode = (): Node | undefined => [...nodes.values()].find((node) => node.server.readable);

  /** Each primary in turn; what moves meanwhile is a reason to begin again. */
  async function* scan(prefix: string): AsyncGenerator<readonly string[]> {
    const before = topology;
    if (before === null) throw new StoreAway(reason ?? 'not connected');
    for (const name of before.primaries.keys()) {
      const node = nodes.get(name);
      if (node === undefined) throw new StoreAway('a primary is gone');
      yield* scanKeys(node.server.reader, prefix);
    }
    if (topology?.owners.some((owner, slot) => owner !== before.owners[slot]) !== false) {
      throw new StoreAway('slots were moved');
    }
  }

  const edits = createEdits({
    groupOf: slotOf,
    places: (slots) =>
      placesAt(
        slots.map((slot) => {
          const node = nodes.get(topology?.owners[slot] ?? '');
          if (node === undefined) {
            soon();
            throw new StoreAway('no primary serves this slot');
          }
          return { name: nodeName(node.address), address: addressOf(node.address) };
        }),
      ),
    moved: refresh,
    random,
  });

  schedule(0);
  return {
    get state() {
      return state();
    },
    get reason() {
      return reason;
    },
    get readable() {
      return anyNode() !== undefined;
    },
    read,
    async write(writes) {
      await Promise.all(writes.map((commands) => write(commands, 1)));
    },
    scan,
    edit: (edit) => edits.make(edit),
    close() {
      closed = true;
      edits.close();
      clearTimeout(timer);
      asking?.close();
      for (const node of nodes.values()) node.server.close();
      nodes.clear();
    },
  };
}
