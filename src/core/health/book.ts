import type {
  BackendHealth,
  CheckerInCharge,
  CheckResult,
  HealthEvent,
  HostHealth,
} from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { HealthCheck } from '../../shared/model/options.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import type { ContainerFinding } from '../containers/mappings/types.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { afterCheck, type CheckState, type Thresholds, unchecked } from './checkState.ts';
import { afterAsking, afterConnecting, afterRequest, observationOf } from './evidence.ts';
import type { StateOfBackend } from './health.ts';
import { slotAt } from './history.ts';
import { type Listed, listedOf, liveMark, revivedOf } from './listed.ts';
import { debounceMs, tell } from './telling.ts';
import { type Track, Tracks } from './tracks.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** One connection that succeeds is enough, and one that fails an accident. */
const probeThresholds: Thresholds = { rise: 1, fall: limits.probeFall };

export interface BookOptions {
  /** Unix milliseconds. */
  readonly wallClock: () => number;
  /** What is told of a frontend has changed. */
  readonly changed: (name: string) => void;
  /** A request to a backend failed. */
  readonly failed: (name: string, url: string) => void;
  /** Something is worth telling a person. */
  readonly told: (event: HealthEvent) => void;
  /** Milliseconds between two connections to the backends of a frontend that has no check; null where none are made. */
  readonly probeMs: (name: string) => number | null;
  /** Who listens on the port of a backend that refuses; null when that is not known. */
  readonly portHint?: (name: string, url: string) => string | null;
}

/** All that is known of backends, from wherever it comes, and what follows from it. Holds no connection and no timer. */
export class HealthBook {
  readonly #options: BookOptions;
  readonly #hosts = new Map<string, Listed>();
  readonly #tracks = new Tracks();
  /** What containers say of themselves, by frontend and URL: also of what is not listed yet. */
  readonly #contained = new Map<string, ReadonlyMap<string, ContainerFinding>>();
  #checker: CheckerInCharge = { kind: 'passive' };

  constructor(options: BookOptions) {
    this.#options = options;
  }

  get backendsDown(): number {
    return this.#tracks.countOf('down');
  }

  get names(): Iterable<string> {
    return this.#hosts.keys();
  }

  has(name: string): boolean {
    return this.#hosts.has(name);
  }

  entry(name: string): FrontendEntry | null {
    return this.#hosts.get(name)?.entry ?? null;
  }

  /** Who checks, from now on. */
  set checker(checker: CheckerInCharge) {
    this.#checker = checker;
    for (const name of this.#hosts.keys()) {
      this.#refresh(name);
      this.#options.changed(name);
    }
  }

  /**
   * A frontend as the store has it now.
   *
   * @returns backends whose dead marks somebody took away before their time: they are believed to live until they fail
   */
  put(entry: FrontendEntry): readonly string[] {
    const { name } = entry;
    const before = this.#hosts.get(name);
    const now = this.#options.wallClock();
    const listed = listedOf(entry, before?.seenAt ?? now);
    if (listed === null) {
      this.remove(name);
      return [];
    }
    const revived = before === undefined ? [] : revivedOf(before, listed, now);
    this.#hosts.set(name, listed);
    this.#tracks.keep(name, listed.places);
    for (const url of revived) this.forget(name, url);
    this.#refresh(name);
    this.#options.changed(name);
    return revived;
  }

  remove(name: string): void {
    if (!this.#hosts.delete(name)) return;
    this.#tracks.keep(name, new Map());
    this.#options.changed(name);
  }

  /** What an active check found. Returns whether the state of the backend, or the kind of the result, is another one. */
  checked(name: string, url: string, result: CheckResult, check: HealthCheck): boolean {
    const track = this.#trackOf(name, url);
    if (track === null) return false;
    const before = track.check;
    track.check = afterCheck(before, result, check);
    this.#refresh(name, url);
    this.#options.changed(name);
    return before.verdict !== track.check.verdict || before.last?.ok !== result.ok;
  }

  /** What the checks of another instance have come to. */
  adopt(name: string, url: string, state: CheckState): void {
    const track = this.#trackOf(name, url);
    if (track === null || (track.check.last?.at ?? 0) >= (state.last?.at ?? 0)) return;
    track.check = state;
    this.#refresh(name, url);
    this.#options.changed(name);
  }

  /** What a check found that somebody asked for where none is configured. */
  asked(name: string, url: string, result: CheckResult, reached: boolean): void {
    const track = this.#trackOf(name, url);
    if (track === null) return;
    track.evidence = afterAsking(result, reached);
    track.asked = result;
    this.#refresh(name, url);
    this.#options.changed(name);
  }

  /** What a connection showed over which nothing was sent, where no check is configured. */
  probed(name: string, url: string, result: CheckResult): void {
    const track = this.#trackOf(name, url);
    if (track === null) return;
    const { verdict } = track.probe;
    track.probe = afterCheck(track.probe, result, probeThresholds);
    if (result.ok) track.evidence = afterConnecting(track.evidence, result.at, verdict === 'down');
    this.#refresh(name, url);
    this.#options.changed(name);
  }

  /** What the containers of a frontend say of themselves now; what is not in it holds no more. */
  contained(name: string, findings: ReadonlyMap<string, ContainerFinding>): void {
    if (findings.size === 0) this.#contained.delete(name);
    else this.#contained.set(name, findings);
    this.#refresh(name);
    this.#options.changed(name);
  }

  containerForgotten(name: string, url: string): void {
    const left = new Map(this.#contained.get(name));
    left.delete(url);
    this.contained(name, left);
  }

  isContained(name: string): boolean {
    return this.#contained.has(name);
  }

  containerOf(name: string, url: string): ContainerFinding | null {
    return this.#contained.get(name)?.get(url) ?? null;
  }

  /** A backend to which no connections are opened any more. */
  unprobed(name: string, url: string): void {
    const track = this.#tracks.get(name, url);
    if (track === null) return;
    track.probe = unchecked;
    this.#refresh(name, url);
  }

  /** Requests that are over. */
  observe(records: readonly RequestRecord[]): void {
    for (const record of records) {
      const { frontend } = record;
      if (frontend === null) continue;
      for (const attempt of record.attempts) {
        const seen = observationOf(record, attempt);
        const track = seen === null ? null : this.#trackOf(frontend, attempt.url);
        if (seen === null || track === null) continue;
        const at = this.#options.wallClock();
        const before = track.evidence;
        track.evidence = afterRequest(before, seen, at);
        const isRefuted = seen.ok && track.probe.verdict === 'down';
        if (isRefuted) track.probe = unchecked;
        if (!seen.ok) this.#options.failed(frontend, attempt.url);
        const isNews =
          before === null ||
          isRefuted ||
          before.failures + track.evidence.failures > 0 ||
          slotAt(before.at) < slotAt(at);
        if (!isNews) continue;
        this.#refresh(frontend, attempt.url);
        if (track.shown.state !== 'up') continue;
        track.history.add(at, seen.ok ? 'up' : 'degraded', track.shown.reason, this.#tracks.share);
      }
    }
  }

  /** What checks of a backend have come to; null when nothing is known of them. */
  checkOf(name: string, url: string): CheckState | null {
    return this.#tracks.get(name, url)?.check ?? null;
  }

  /** Forgets what speaks against a backend, so that it is not down before it fails anew. */
  forget(name: string, url: string): void {
    const track = this.#tracks.get(name, url);
    if (track === null) return;
    if (track.check.verdict === 'down') track.check = { ...unchecked, last: track.check.last };
    if (track.probe.verdict === 'down') track.probe = unchecked;
    if (track.evidence !== null && track.evidence.failures > 0) track.evidence = null;
  }

  /** Looks at what has changed by itself. */
  tick(): void {
    for (const name of this.#tracks.names) this.#refresh(name);
  }

  /** Draws the conclusions of what is known of a frontend, or of one of its backends. */
  #refresh(name: string, only?: string): void {
    const host = this.#hosts.get(name);
    if (host === undefined) return;
    const now = this.#options.wallClock();
    let isChanged = false;
    for (const url of only === undefined ? host.places.keys() : [only]) {
      if (this.#conclude(host, url, now)) isChanged = true;
    }
    if (isChanged) this.#options.changed(name);
  }

  /** Returns whether a backend is shown otherwise than before. */
  #conclude(host: Listed, url: string, now: number): boolean {
    const { name, options } = host.entry;
    const known = this.#tracks.get(name, url);
    const found = this.#verdict(host, host.places.get(url) ?? [], url, known, now);
    if (found.state === 'unknown' && known === null) return false;
    const track = known ?? this.#trackOf(name, url);
    if (track === null) return false;
    const { state, reason, since } = track.shown;
    const isChanged = state !== found.state || reason !== found.reason;
    if (isChanged) {
      const begun = state === found.state ? since : now;
      track.shown = { state: found.state, reason: found.reason, since: begun };
    }
    this.#write(track, found, now);
    const { telling, event } = tell(track.telling, found, now, debounceMs(options.check));
    track.telling = telling;
    if (event !== null) this.#options.told({ at: now, name, url, ...event });
    return isChanged;
  }

  /** Null when there is no such frontend, or its list cannot be read. */
  host(name: string): HostHealth | null {
    const host = this.#hosts.get(name);
    if (host === undefined) return null;
    const now = this.#options.wallClock();
    return {
      name,
      check: host.entry.options.check,
      checker: this.#checkerOf(host.entry),
      backends: host.urls.map((url, index) => this.#backend(host, index, url, now)),
    };
  }

  /** As `host`, without what it is made of. */
  *states(): Generator<StateOfBackend> {
    const now = this.#options.wallClock();
    for (const [name, host] of this.#hosts) {
      for (const [url, indexes] of host.places) {
        const { state } = this.#verdict(host, indexes, url, this.#tracks.get(name, url), now);
        yield { name, url, state };
      }
    }
  }

  #backend(host: Listed, index: number, url: string, now: number): BackendHealth {
    const track = this.#tracks.get(host.entry.name, url);
    const { state, reason } = this.#verdict(host, [index], url, track, now);
    const { check } = host.entry.options;
    const endsAt = host.entry.dead.get(index)?.endsAt ?? null;
    const active = track === null ? null : this.#activeCheck(check, track, now);
    const isRefused = state === 'down' && reason.endsWith('refused');
    const hint = isRefused ? (this.#options.portHint?.(host.entry.name, url) ?? null) : null;
    return {
      index,
      url,
      state,
      reason,
      ...(hint === null ? {} : { hint }),
      since: track?.shown.since ?? host.seenAt,
      markedForMs: endsAt !== null && endsAt > now ? endsAt - now : null,
      lastCheck: track === null ? null : latest(track.check.last, track.asked, track.probe.last),
      ...(active !== null && check !== null ? streakOf(active, check) : streakWithoutCheck(track)),
      history: track?.history.list(now) ?? [],
    };
  }

  #verdict(
    host: Listed,
    indexes: readonly number[],
    url: string,
    track: Track | null,
    now: number,
  ): Verdict {
    const { dead, options } = host.entry;
    const marked = indexes.find((index) => dead.has(index)) ?? -1;
    return verdictOf({
      isPaused: options.paused,
      isDrained: host.drained.has(url),
      mark: liveMark(dead.get(marked), now),
      check: track === null ? null : this.#activeCheck(options.check, track, now),
      container: this.containerOf(host.entry.name, url),
      evidence: track?.evidence ?? null,
      probe: options.check === null ? (track?.probe ?? null) : null,
      now,
    });
  }

  /** What checks say, as long as somebody makes them. */
  #activeCheck(check: HealthCheck | null, track: Track, now: number): CheckState | null {
    const { last } = track.check;
    const { kind } = this.#checker;
    if (check === null || last === null || (kind !== 'this' && kind !== 'other')) return null;
    const life = 3 * check.intervalMs + 2 * check.timeoutMs + limits.findingsLifeMs;
    return now - last.at < life ? track.check : null;
  }

  #write(track: Track, { state, reason, lasts }: Verdict, now: number): void {
    if (!lasts) return;
    const { last } = track.check;
    if (state === 'up' && last?.ok === false) {
      track.history.add(now, 'degraded', last.outcome, this.#tracks.share);
    } else track.history.add(now, state, reason, this.#tracks.share);
  }

  #checkerOf({ name, options: { check } }: FrontendEntry): CheckerInCharge {
    if (check !== null || this.#checker.kind === 'foreign') return this.#checker;
    const probeMs = this.#options.probeMs(name);
    return probeMs === null ? { kind: 'passive' } : { kind: 'passive', probeMs };
  }

  #trackOf(name: string, url: string): Track | null {
    const host = this.#hosts.get(name);
    if (host === undefined) return null;
    const known = this.#tracks.get(name, url);
    if (known !== null) return known;
    return host.places.has(url) ? this.#tracks.make(name, url, host.seenAt) : null;
  }
}

type Streak = Pick<BackendHealth, 'streak' | 'threshold'>;

const streakOf = ({ streak, last }: CheckState, { rise, fall }: Thresholds): Streak => ({
  streak,
  threshold: last?.ok === true ? rise : fall,
});

function streakWithoutCheck(track: Track | null): Streak {
  if (track === null) return { streak: 0, threshold: 1 };
  const { evidence, probe } = track;
  if (probe.last !== null && probe.last.at > (evidence?.at ?? 0)) {
    return streakOf(probe, probeThresholds);
  }
  return { streak: evidence?.failures ?? 0, threshold: evidence?.threshold ?? 1 };
}

function latest(...results: readonly (CheckResult | null)[]): CheckResult | null {
  let last: CheckResult | null = null;
  for (const result of results) if (result !== null && result.at > (last?.at ?? 0)) last = result;
  return last;
}
