import type { BackendState, CheckResult } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { type CheckState, unchecked } from './checkState.ts';
import type { Evidence } from './evidence.ts';
import { History } from './history.ts';
import { nothingTold, type Telling } from './telling.ts';

/** What is remembered of one backend. */
export interface Track {
  check: CheckState;
  evidence: Evidence | null;
  /** What connections that are opened now and then have come to, where no check is configured. */
  probe: CheckState;
  /** The last check that somebody asked for where none is configured. */
  asked: CheckResult | null;
  shown: { readonly state: BackendState; readonly reason: string; readonly since: number };
  telling: Telling;
  readonly history: History;
}

/** What is remembered of backends, by frontend and URL; bounded. */
export class Tracks {
  readonly #byName = new Map<string, Map<string, Track>>();
  #size = 0;

  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** Slots of history that each may have, so that all of them together stay within their limit. */
  get share(): number {
    return Math.min(limits.maxHealthSlots, Math.floor(limits.maxAllHealthSlots / this.#size));
  }

  get(name: string, url: string): Track | null {
    return this.#byName.get(name)?.get(url) ?? null;
  }

  /** Null when there are too many already. */
  make(name: string, url: string, since: number): Track | null {
    if (this.#size >= limits.maxHealthBackends) return null;
    const track: Track = {
      check: unchecked,
      evidence: null,
      probe: unchecked,
      asked: null,
      shown: { state: 'unknown', reason: '', since },
      telling: nothingTold,
      history: new History(),
    };
    const tracks = this.#byName.get(name) ?? new Map<string, Track>();
    this.#byName.set(name, tracks.set(url, track));
    this.#size++;
    return track;
  }

  /** Forgets the backends of a frontend that are not among these. */
  keep(name: string, urls: ReadonlyMap<string, unknown>): void {
    const tracks = this.#byName.get(name);
    if (tracks === undefined) return;
    for (const url of tracks.keys()) {
      if (urls.has(url)) continue;
      tracks.delete(url);
      this.#size--;
    }
    if (tracks.size === 0) this.#byName.delete(name);
  }

  countOf(state: BackendState): number {
    let count = 0;
    for (const tracks of this.#byName.values()) {
      for (const { shown } of tracks.values()) if (shown.state === state) count++;
    }
    return count;
  }
}
