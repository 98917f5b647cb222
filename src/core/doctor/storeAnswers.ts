import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '../../shared/limits.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { keysFor } from '../../shared/model/keys.ts';
import type { Reply, StoreCommand } from '../../store/command.ts';
import { openStore } from '../../store/open.ts';

/** What a store says of itself. */
export type StoreAnswers =
  | { readonly kind: 'away'; readonly reason: string }
  | {
      readonly kind: 'answers';
      /** Milliseconds of a round trip. */
      readonly ms: number;
      /** Whether changes are pushed: the server has CLIENT TRACKING, and lets it be used. */
      readonly isPushed: boolean;
      /** INFO, by its keys; empty where it may not be asked. */
      readonly info: ReadonlyMap<string, string>;
      /** How it saves snapshots; null where it may not be asked. */
      readonly save: string | null;
      /** Its clock less ours, in ms; null where it does not tell. Exact to half of a round trip. */
      readonly clockAheadMs: number | null;
    };

/** Round trips of which the shortest counts: this process does much else at the same time. */
const pings = 5;
/** What does not go away by waiting a moment. */
const isFinal = /\b(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|NOPERM|NOAUTH|WRONGPASS)\b/;
/** Milliseconds between two looks whether a connection is there. */
const lookMs = 20;

/**
 * Connects to a store and asks it. Never rejects.
 *
 * @param now monotonic milliseconds
 * @param wallClock Unix milliseconds
 */
export async function askStore(
  spec: ReachableStore,
  now: () => number,
  wallClock: () => number,
): Promise<StoreAnswers> {
  const store = openStore(spec, {
    watched: keysFor(spec.prefix).watched,
    events: { invalidated: () => {}, changed: () => {} },
    random: Math.random,
  });
  const ask = async (command: StoreCommand): Promise<Reply | string> => {
    const [answer] = await store.read([command]);
    if (answer === undefined) return 'no answer';
    return answer.kind === 'reply' ? answer.reply : answer.reason;
  };
  const textOf = (reply: Reply | string): string | null =>
    typeof reply !== 'string' && reply.ok ? String(reply.value) : null;
  try {
    const until = now() + limits.doctorAnswerMs;
    const isKnown = (): boolean => ['live', 'polling'].includes(store.state);
    while (!isKnown() && !isFinal.test(store.reason ?? '') && now() < until) await delay(lookMs);
    if (!isKnown()) return { kind: 'away', reason: store.reason ?? 'it does not answer' };
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < pings; i++) {
      const begun = now();
      const ping = await ask(['ping']);
      if (typeof ping === 'string') return { kind: 'away', reason: ping };
      ms = Math.min(ms, now() - begun);
    }
    const asked = wallClock();
    const time = await ask(['time']);
    const middle = (asked + wallClock()) / 2;
    const save = await ask(['config', 'get', 'save']);
    return {
      kind: 'answers',
      ms,
      isPushed: store.state === 'live',
      info: infoOf(textOf(await ask(['info'])) ?? ''),
      save:
        typeof save !== 'string' && save.ok && Array.isArray(save.value)
          ? String(save.value[1] ?? '')
          : null,
      clockAheadMs: clockOf(time, middle),
    };
  } finally {
    store.close();
  }
}

function clockOf(reply: Reply | string, middle: number): number | null {
  if (typeof reply === 'string' || !reply.ok || !Array.isArray(reply.value)) return null;
  const [seconds, microseconds] = reply.value.map(Number);
  if (seconds === undefined || microseconds === undefined) return null;
  const there = seconds * 1000 + microseconds / 1000;
  return Number.isFinite(there) ? Math.round(there - middle) : null;
}

const infoOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1)] as const;
      }),
  );
