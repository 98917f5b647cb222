import type { Socket } from 'node:net';

export interface ArrivalBounds {
  /** Connections that are served. */
  readonly max: number;
  /** Those among them that have not proven yet that they may be here. */
  readonly maxUnproven: number;
  /** Connections that are only told that there are too many; the oldest goes for one more. */
  readonly maxRefused: number;
  /** Milliseconds after which an unproven one may have to go for another. */
  readonly proofMs: number;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** The connections of a door. Those that prove nothing cannot fill it: the oldest of them goes for one more. */
export interface Arrivals {
  add(connection: Socket): void;
  /** It has asked for what not everybody may have. */
  prove(connection: Socket): void;
  /** Whether it came when there were too many, and is only told so. */
  isTooMany(connection: Socket): boolean;
  destroyAll(): void;
}

export function createArrivals({
  max,
  maxUnproven,
  maxRefused,
  proofMs,
  now,
}: ArrivalBounds): Arrivals {
  /** In the order of their coming, with the time of it. */
  const unproven = new Map<Socket, number>();
  const proven = new Set<Socket>();
  const tooMany = new Set<Socket>();

  const forget = (connection: Socket): void => {
    unproven.delete(connection);
    proven.delete(connection);
    tooMany.delete(connection);
  };

  const isFull = (): boolean => unproven.size >= maxUnproven || unproven.size + proven.size >= max;

  function makeRoom(): void {
    if (!isFull()) return;
    const [oldest] = unproven;
    if (oldest === undefined || now() - oldest[1] < proofMs) return;
    forget(oldest[0]);
    oldest[0].destroy();
  }

  function refuse(connection: Socket): void {
    const [oldest] = tooMany;
    if (oldest !== undefined && tooMany.size >= maxRefused) {
      forget(oldest);
      oldest.destroy();
    }
    tooMany.add(connection);
  }

  return {
    add: (connection) => {
      makeRoom();
      if (unproven.size + proven.size < max) unproven.set(connection, now());
      else refuse(connection);
      connection.once('close', () => forget(connection));
    },
    prove: (connection) => {
      if (unproven.delete(connection)) proven.add(connection);
    },
    isTooMany: (connection) => tooMany.has(connection),
    destroyAll: () => {
      for (const connection of [...unproven.keys(), ...proven, ...tooMany]) connection.destroy();
    },
  };
}
