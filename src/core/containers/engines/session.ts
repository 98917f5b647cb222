import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { limits } from '../../../shared/limits.ts';
import {
  attachedAnswer,
  infoAnswer,
  inspectAnswer,
  listedAnswer,
  networkAnswer,
  versionAnswer,
} from './answers.ts';
import { type EngineApi, EngineError, type EngineObject, type EngineStream } from './api.ts';
import { type NetworkFacts, readContainer } from './container.ts';
import { eventsPath, readEvent } from './events.ts';
import { Inspections } from './inspections.ts';
import { Roster } from './roster.ts';

export interface SessionOptions {
  /** `ContainerEngineView.id`. */
  readonly engine: string;
  readonly api: EngineApi;
  /** It has taken the first connection. */
  readonly connected: () => void;
  /** It has answered for the first time. */
  readonly answered: () => void;
  /** Containers are other than before. */
  readonly changed: () => void;
}

/** What an engine says of itself. */
export interface EngineIdentity {
  readonly version: string;
  readonly isPodman: boolean;
  /** Whatever tells it from others; empty where it says nothing of the kind. */
  readonly key: string;
  readonly hostname: string;
  readonly operatingSystem: string;
  readonly isRootless: boolean;
}

/**
 * One engine for as long as it answers: its containers, kept true by its events, and by a whole list now and then. Ends
 * for good when a question or the stream of events fails.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #roster = new Roster();
  readonly #inspections: Inspections;
  readonly #ending = new AbortController();
  #networks: ReadonlyMap<string, NetworkFacts> = new Map();
  #stream: EngineStream | null = null;
  #poll: NodeJS.Timeout | null = null;
  /** When the list is read next, ms of `performance.now()`. */
  #pollAt = Number.POSITIVE_INFINITY;

  constructor(options: SessionOptions) {
    this.#options = options;
    // Each question under way listens, until it is answered.
    setMaxListeners(4 * limits.maxInspections, this.#ending.signal);
    this.#inspections = new Inspections({ inspect: (id) => this.#inspect(id) });
  }

  get roster(): Roster {
    return this.#roster;
  }

  /** Resolves when every container of the engine is known. Rejects with EngineError. */
  async open(): Promise<EngineIdentity> {
    const { api, connected, answered } = this.#options;
    const { signal } = this.#ending;
    const [version] = await api.ask('/version', { signal, connected });
    answered();
    const read = versionAnswer.safeParse(version?.value);
    if (!read.success) throw new EngineError('garbled', '/version says no version');
    const identity = await this.#identity(read.data);
    // From here on no event is lost: what happens while the list is read is looked at again.
    this.#stream = await api.follow(eventsPath, (value) => this.#hear(value), signal);
    this.#pollWithin(limits.containersPollMs);
    await this.#list();
    return identity;
  }

  /** Resolves when the engine has gone, or a question failed. */
  get ended(): Promise<void> {
    return this.#stream?.ended ?? Promise.resolve();
  }

  close(): void {
    this.#ending.abort();
    this.#inspections.close();
    if (this.#poll !== null) clearTimeout(this.#poll);
    this.#poll = null;
  }

  async #identity(version: {
    readonly Version: string;
    readonly Components?: readonly { readonly Name: string }[] | null | undefined;
  }): Promise<EngineIdentity> {
    const isPodman = (version.Components ?? []).some(({ Name }) => /podman/i.test(Name));
    const info = await this.#info();
    const options = info?.SecurityOptions ?? [];
    return {
      version: visibleText(version.Version.slice(0, limits.maxLabelNameChars)),
      isPodman,
      // Podman says another id each time.
      key: isPodman || !info?.ID ? '' : `${info.ID} ${info.Name}`,
      hostname: (info?.Name ?? '').slice(0, limits.maxLabelNameChars),
      operatingSystem: (info?.OperatingSystem ?? '').slice(0, limits.maxLabelNameChars),
      isRootless:
        info?.Rootless === true || options.some((option) => option.includes('name=rootless')),
    };
  }

  /** A proxy before the engine may not let it through: that costs nothing but what it says. */
  async #info() {
    try {
      const [info] = await this.#options.api.ask('/info', { signal: this.#ending.signal });
      const read = infoAnswer.safeParse(info?.value);
      return read.success ? read.data : null;
    } catch (error) {
      if (error instanceof EngineError && (error.fault === 'away' || error.fault === 'silent')) {
        throw error;
      }
      return null;
    }
  }

  #hear(value: unknown): void {
    const event = readEvent(value);
    if (event === null) return;
    if (this.#roster.apply(event)) this.#options.changed();
    // Beyond what is followed, the list says in time which ones to look at.
    const isWanted = this.#roster.takes(event.id) && this.#inspections.want(event.id);
    if (!isWanted) this.#pollWithin(limits.engineSearchMs);
  }

  async #list(): Promise<void> {
    const { api } = this.#options;
    const { signal } = this.#ending;
    await this.#readNetworks();
    const objects = await api.ask('/containers/json?all=true', {
      isList: true,
      timeoutMs: limits.engineListMs,
      signal,
    });
    const before = this.#roster.all.size;
    const wanted = this.#roster.list(shorts(objects));
    if (this.#roster.all.size !== before) this.#options.changed();
    const longestMs = limits.engineAnswerMs + wanted.length * limits.inspectionShareMs;
    await this.#inspections.all(wanted, longestMs);
  }

  async #readNetworks(): Promise<void> {
    const { api } = this.#options;
    const networks = new Map<string, NetworkFacts>();
    try {
      const objects = await api.ask('/networks', { isList: true, signal: this.#ending.signal });
      for (const { value } of objects) {
        const read = networkAnswer.safeParse(value);
        if (!read.success) continue;
        const driver = read.data.Driver === 'null' ? 'none' : read.data.Driver;
        const facts = { driver: driver.slice(0, 64), isInternal: read.data.Internal };
        networks.set(read.data.Name, facts).set(read.data.Id, facts);
      }
    } catch (error) {
      if (error instanceof EngineError && (error.fault === 'away' || error.fault === 'silent')) {
        throw error;
      }
    }
    this.#networks = networks;
  }

  async #inspect(id: string): Promise<boolean> {
    const { api, engine, changed } = this.#options;
    const ends = this.#roster.endsOf(id);
    try {
      const { signal } = this.#ending;
      const [object] = await api.ask(`/containers/${id}/json`, { signal });
      const read = inspectAnswer.safeParse(object?.value);
      if (!read.success || read.data.Id !== id) throw new EngineError('garbled', id);
      await this.#knowNetworks(read.data.NetworkSettings?.Networks);
      const isCut = object?.isCut ?? false;
      const container = readContainer(engine, read.data, isCut, this.#networks);
      if (this.#roster.set(id, container, ends)) changed();
    } catch (error) {
      if (this.#ending.signal.aborted) return true;
      if (error instanceof EngineError && error.fault === 'silent') {
        // What is known of it holds: whether it ended, an event says.
        this.#roster.doubt(id);
        this.#pollWithin(limits.engineSearchMs);
        return false;
      }
      // It is gone, or nothing can be said of it: nothing may be sent there.
      if (this.#roster.forget(id)) changed();
    }
    return true;
  }

  /** Asks for networks that were made since; what the engine does not know then is not asked for again. */
  async #knowNetworks(attached: Record<string, unknown> | null | undefined): Promise<void> {
    const ids = Object.values(attached ?? {}).flatMap((value) => {
      const read = attachedAnswer.safeParse(value);
      return read.success && read.data.NetworkID !== '' ? [read.data.NetworkID] : [];
    });
    if (ids.every((id) => this.#networks.has(id))) return;
    await this.#readNetworks();
    const unknown = ids.filter((id) => !this.#networks.has(id));
    if (unknown.length === 0) return;
    const facts = { driver: '', isInternal: false };
    this.#networks = new Map([...this.#networks, ...unknown.map((id) => [id, facts] as const)]);
  }

  /** Reads the list within so many milliseconds, or sooner if that is planned. */
  #pollWithin(ms: number): void {
    if (this.#ending.signal.aborted || performance.now() + ms >= this.#pollAt) return;
    if (this.#poll !== null) clearTimeout(this.#poll);
    this.#pollAt = performance.now() + ms;
    this.#poll = setTimeout(() => {
      this.#pollAt = Number.POSITIVE_INFINITY;
      this.#list().then(
        () => this.#pollWithin(limits.containersPollMs),
        () => this.#stream?.close(),
      );
    }, ms);
  }
}

/** What a list says of each container, in short; those that run first. */
function shorts(objects: readonly EngineObject[]): ReadonlyMap<string, string> {
  const running: [string, string][] = [];
  const others: [string, string][] = [];
  for (const { value } of objects) {
    const read = listedAnswer.safeParse(value);
    if (!read.success) continue;
    const { Id, Names, State, Status, Ports, NetworkSettings } = read.data;
    const health = /\((?:healthy|unhealthy|health: starting|paused)\)/i.exec(Status)?.[0];
    const said = JSON.stringify([Names, State, Ports, NetworkSettings, health]);
    const short = createHash('sha1').update(said).digest('base64');
    (State === 'running' ? running : others).push([Id, short]);
  }
  return new Map([...running, ...others]);
}
