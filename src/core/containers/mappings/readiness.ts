import { connect } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type { Running } from './aim.ts';

/** Whether something takes a connection at an address. Never rejects. */
export type TryConnection = (
  to: { readonly host: string; readonly port: number },
  /** Milliseconds for which the connection must stay open; 0: it need not. */
  holdMs: number,
  signal: AbortSignal,
) => Promise<boolean>;

/** Opens a connection and closes it. */
export const tryConnection: TryConnection = ({ host, port }, holdMs, signal) =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => end(false), limits.reachConnectMs);
    let hold: NodeJS.Timeout | undefined;
    const end = (isReady: boolean): void => {
      clearTimeout(timer);
      clearTimeout(hold);
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(isReady);
    };
    const abort = (): void => end(false);
    signal.addEventListener('abort', abort);
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('end', () => end(false));
    // A server that speaks first is there.
    socket.on('data', () => end(true));
    socket.on('connect', () => {
      clearTimeout(timer);
      if (holdMs === 0) end(true);
      else hold = setTimeout(() => end(true), holdMs);
    });
    if (signal.aborted) end(false);
  });

interface Trial {
  readonly running: Running;
  result: boolean | null;
  isUnderWay: boolean;
}

export interface ReadinessOptions {
  readonly tryConnection: TryConnection;
  /** These were found to take connections, or not to. */
  readonly changed: (running: readonly Running[]) => void;
}

/** Another one for each start of a container, and each way to it. */
const keyOf = ({ container, url }: Running): string =>
  JSON.stringify([container.engine, container.id, container.startedAt, url]);

/** Finds out when containers that were just started take connections: what does not is tried again and again. */
export class Readiness {
  readonly #options: ReadinessOptions;
  /** By who wants it, what is to be tried. */
  readonly #wanted = new Map<string, readonly Running[]>();
  readonly #trials = new Map<string, Trial>();
  readonly #closing = new AbortController();
  /** Called when something was tried. */
  readonly #waiting: ((value: unknown) => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isDue = false;
  #underWay = 0;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Null: not tried yet. */
  of(running: Running): boolean | null {
    return this.#trials.get(keyOf(running))?.result ?? null;
  }

  /** What somebody wants to be tried from now on, and to be remembered. */
  want(by: string, toTry: readonly Running[], known: readonly Running[]): void {
    const all = [...toTry, ...known.filter((one) => this.#trials.has(keyOf(one)))];
    const before = this.#wanted.get(by);
    if (before === undefined && all.length === 0) return;
    if (all.length === 0) this.#wanted.delete(by);
    else this.#wanted.set(by, all);
    const keys = new Set(all.map(keyOf));
    for (const one of before ?? []) if (!keys.has(keyOf(one))) this.#forget(keyOf(one));
    let isNew = false;
    for (const one of toTry) {
      const key = keyOf(one);
      if (this.#trials.has(key)) continue;
      this.#trials.set(key, { running: one, result: null, isUnderWay: false });
      isNew = true;
    }
    if (isNew) this.#look();
  }

  /** Resolves when these take connections, or when that takes too long. */
  async tried(by: string, toTry: readonly Running[]): Promise<void> {
    if (toTry.length === 0) return;
    const before = this.#wanted.get(by) ?? [];
    this.want(by, [...before, ...toTry], []);
    const end = performance.now() + limits.reachConnectMs + limits.startHoldMs;
    while (toTry.some((one) => this.of(one) !== true) && performance.now() < end) {
      if (this.#closing.signal.aborted) return;
      await new Promise((resolve) => this.#waiting.push(resolve));
    }
  }

  close(): void {
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#closing.abort();
    this.#wanted.clear();
    this.#trials.clear();
  }

  #forget(key: string): void {
    for (const all of this.#wanted.values()) if (all.some((one) => keyOf(one) === key)) return;
    this.#trials.delete(key);
  }

  #look(): void {
    this.#isDue = false;
    for (const [key, trial] of this.#trials) {
      if (trial.result === true || trial.isUnderWay) continue;
      if (this.#underWay >= limits.maxStartProbes) {
        this.#isDue = true;
        break;
      }
      // Those that were tried longest ago come first.
      this.#trials.delete(key);
      this.#trials.set(key, trial);
      void this.#try(key, trial);
    }
  }

  async #try(key: string, trial: Trial): Promise<void> {
    trial.isUnderWay = true;
    this.#underWay++;
    const { way } = trial.running;
    // Whoever publishes a port takes connections for a container that does not.
    const holdMs = way.by === 'published' ? limits.startHoldMs : 0;
    const isReady = await this.#options.tryConnection(way, holdMs, this.#closing.signal);
    trial.isUnderWay = false;
    this.#underWay--;
    if (this.#closing.signal.aborted) return;
    const isNews = trial.result !== isReady && this.#trials.get(key) === trial;
    trial.result = isReady;
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    if (isNews) this.#options.changed([trial.running]);
    if (this.#isDue) this.#look();
    else if (!isReady) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#look();
      }, limits.startProbeMs);
    }
  }
}
