/** What one connection leaves unread, as the budget sees it. */
export interface Share {
  /** Bytes that are unread now. */
  set(bytes: number): void;
  leave(): void;
}

/** What all connections of the control plane may hold together. */
export interface Budget {
  /** @param end ends the connection, which then leaves */
  join(end: () => void): Share;
  /**
   * Waits for the turn to make one large message: one at a time over all connections, and only while there is room. Who
   * has left too much unread for too long is ended to make it. Each in the order of asking; but those who have read a
   * large message before take turns with all others, so that many who read nothing do not come first.
   *
   * @returns gives the turn to the next; to be called once the message is counted as unread
   */
  turn(hasRead?: boolean): Promise<() => void>;
  /** Counts a stream until what is returned is called; null when there are too many. */
  takeStream(): (() => void) | null;
  /** Bytes that all connections have not read. */
  readonly unread: number;
}

export interface BudgetBounds {
  /** Unread bytes of all connections, beside the answer made last; whoever is behind for longest is ended for more. */
  readonly maxBytes: number;
  /** Unread bytes of all connections from which large messages wait. */
  readonly roomBytes: number;
  /** Milliseconds a connection may be behind while somebody waits for room. */
  readonly stallMs: number;
  readonly maxStreams: number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Hears that a connection was ended, and how much it had not read. */
  readonly ended: (bytes: number) => void;
}

interface Member {
  bytes: number;
  /** Since when it has something unread. */
  since: number;
  readonly end: () => void;
}

export function createBudget(bounds: BudgetBounds): Budget {
  const { maxBytes, roomBytes, stallMs, maxStreams, now, ended } = bounds;
  const members = new Set<Member>();
  let unread = 0;
  let streams = 0;
  let isTaken = false;
  let wasReader = false;
  const readers: (() => void)[] = [];
  const others: (() => void)[] = [];
  /** Wakes whoever has the turn and waits for room. */
  let wake = (): void => undefined;

  function count(member: Member, bytes: number): void {
    if (!members.has(member)) return;
    if (member.bytes === 0) member.since = now();
    unread += bytes - member.bytes;
    member.bytes = bytes;
  }

  function leave(member: Member): void {
    count(member, 0);
    members.delete(member);
    wake();
  }

  /** Of those with more than an equal part of `bytes`, so that whoever holds little stays, the one behind for longest. */
  function longestBehind(bytes: number, spared: Member | null = null): Member | null {
    let found: Member | null = null;
    for (const member of members) {
      if (member === spared || member.bytes * members.size < bytes) continue;
      if (found === null || member.since < found.since) found = member;
    }
    return found;
  }

  function end(member: Member): void {
    ended(member.bytes);
    leave(member);
    member.end();
  }

  async function room(): Promise<void> {
    while (unread >= roomBytes) {
      const slowest = longestBehind(roomBytes);
      if (slowest === null) return;
      const left = slowest.since + stallMs - now();
      if (left <= 0) end(slowest);
      else {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }

  /** Gives the turn to the next one, if somebody waits. */
  function passOn(): void {
    const next = wasReader
      ? (others.shift() ?? readers.shift())
      : (readers.shift() ?? others.shift());
    if (next === undefined) isTaken = false;
    else next();
  }

  return {
    join: (endIt) => {
      const member: Member = { bytes: 0, since: now(), end: endIt };
      members.add(member);
      return {
        set: (bytes) => {
          const isLess = bytes < member.bytes;
          count(member, bytes);
          if (isLess) {
            wake();
            return;
          }
          while (unread > maxBytes) {
            // One answer may be larger than everything: whoever has just got it may read it.
            const isNews = now() - member.since < stallMs;
            const slowest = longestBehind(maxBytes, isNews ? member : null);
            if (slowest === null) return;
            end(slowest);
          }
        },
        leave: () => leave(member),
      };
    },
    turn: async (hasRead = false) => {
      if (isTaken) await new Promise<void>((go) => (hasRead ? readers : others).push(go));
      isTaken = true;
      wasReader = hasRead;
      await room();
      return passOn;
    },
    takeStream: () => {
      if (streams >= maxStreams) return null;
      streams++;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        streams--;
      };
    },
    get unread() {
      return unread;
    },
  };
}
