import type { ContainerEngineView } from '../../../shared/contract/containers.ts';
import { limits } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/messages.ts';
import type { ContainerEngineState } from '../../../shared/model/container.ts';
import { EngineError, type EngineFault, openEngineApi } from './api.ts';
import type { EnginePlace } from './places.ts';
import type { Roster } from './roster.ts';
import { type EngineIdentity, Session } from './session.ts';
import type { EngineFacts, Told } from './types.ts';
import { tellFault, tellProblem } from './words.ts';

export interface EngineOptions {
  readonly place: EnginePlace;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Something of it is other than before. */
  readonly changed: () => void;
}

const nothing: Told = { reason: '', advice: '' };

const stateOf: Readonly<Record<EngineFault, ContainerEngineState>> = {
  away: 'stopped',
  forbidden: 'forbidden',
  silent: 'starting',
  'not-found': 'failed',
  garbled: 'failed',
};

/** One engine, there or not: looks for it until it is closed. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #askedOnce: Promise<void>;
  #tellAsked: () => void = () => {};
  #state: ContainerEngineState = 'connecting';
  #told: Told = nothing;
  #identity: EngineIdentity | null = null;
  /** The one whose containers are shown. */
  #session: Session | null = null;
  /** The one that asks for them. */
  #opening: Session | null = null;
  #slow: NodeJS.Timeout | null = null;
  /** Resolves the pause between two tries. */
  #wake: (() => void) | null = null;
  #isClosed = false;
  #hasRun = false;
  readonly #done: Promise<void>;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#askedOnce = new Promise((resolve) => {
      this.#tellAsked = resolve;
    });
    this.#done = this.#run();
  }

  get place(): EnginePlace {
    return this.#options.place;
  }

  get view(): ContainerEngineView {
    const { id, source } = this.place;
    const state = this.#state;
    const version = this.#identity?.version ?? null;
    return { id, name: this.#name, source, state, version, ...this.#told };
  }

  /** What is known of its containers; null unless it runs. */
  get roster(): Roster | null {
    return this.#state === 'running' ? (this.#session?.roster ?? null) : null;
  }

  /** Tells it from other engines; empty where that is not known. */
  get key(): string {
    return this.#identity?.key ?? '';
  }

  get hasRun(): boolean {
    return this.#hasRun;
  }

  get facts(): EngineFacts | null {
    if (this.#identity === null) return null;
    const { isPodman, hostname, operatingSystem, isRootless } = this.#identity;
    const { endpoint } = this.place;
    const isElsewhere = endpoint?.kind === 'tcp' && !isLoopbackName(endpoint.host);
    const isVirtual =
      this.#options.platform !== 'linux' ||
      /docker desktop/i.test(operatingSystem) ||
      (endpoint?.kind === 'socket' && ofVirtualMachine.test(endpoint.path));
    return {
      kind: isPodman ? 'podman' : 'docker',
      hostname,
      operatingSystem,
      isRootless,
      isRemote: isElsewhere || isVirtual,
      publishedAt: isElsewhere ? endpoint.host : '127.0.0.1',
    };
  }

  /** Resolves when it was asked for the first time, and has answered or not. */
  get askedOnce(): Promise<void> {
    return this.#askedOnce;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#opening?.close();
    this.#session?.close();
    this.#wake?.();
    this.#tellAsked();
    await this.#done;
  }

  get #name(): string {
    if (this.place.name !== '') return this.place.name;
    return this.#identity?.isPodman === true ? 'Podman' : 'Docker';
  }

  async #run(): Promise<void> {
    const { endpoint } = this.place;
    if (endpoint === null) {
      this.#become('failed', tellProblem(this.place));
      this.#tellAsked();
      return;
    }
    const api = openEngineApi(endpoint);
    let tries = 0;
    while (!this.#isClosed) {
      const session = new Session({
        engine: this.place.id,
        api,
        connected: () => this.#startSlow(),
        answered: () => this.#stopSlow(),
        changed: () => this.#changedIn(session),
      });
      const fault = await this.#open(session);
      if (this.#isClosed) {
        session.close();
        break;
      }
      this.#tellAsked();
      if (fault === null) {
        const begun = performance.now();
        await session.ended;
        // What was known is shown until the engine was asked again, at once: a stream may end without it.
        session.close();
        if (performance.now() - begun >= limits.engineRetryMaxMs) tries = 0;
        else await this.#pause(tries++);
      } else {
        session.close();
        this.#fail(fault);
        await this.#pause(tries++);
      }
    }
  }

  /** Resolves to null when all of its containers are known. */
  async #open(session: Session): Promise<EngineError | null> {
    this.#opening = session;
    try {
      const identity = await session.open();
      this.#identity = identity;
      this.#hasRun = true;
      this.#session = session;
      this.#become('running', nothing);
      return null;
    } catch (error) {
      return error instanceof EngineError ? error : new EngineError('garbled', String(error));
    } finally {
      this.#stopSlow();
      this.#opening = null;
    }
  }

  #changedIn(session: Session): void {
    if (session === this.#session) this.#options.changed();
  }

  #fail({ fault, message }: EngineError): void {
    this.#session = null;
    this.#tellAsked();
    this.#become(stateOf[fault], tellFault(this.place, fault, message, this.#options.platform));
  }

  #become(state: ContainerEngineState, told: Told): void {
    const isSame = state === this.#state && told.reason === this.#told.reason;
    if (this.#isClosed || (isSame && state !== 'running')) return;
    this.#state = state;
    this.#told = told;
    if (!isSame) this.#say();
    this.#options.changed();
  }

  #say(): void {
    const { log } = this.#options;
    const at = `container engine ${this.place.id}`;
    if (this.#state === 'running') {
      log('info', `${at}: ${this.#name} ${this.#identity?.version ?? ''} runs`);
    } else log('info', `${at}: ${this.#told.reason} ${this.#told.advice}`);
  }

  #startSlow(): void {
    this.#stopSlow();
    this.#slow = setTimeout(() => this.#fail(new EngineError('silent', '')), limits.engineSlowMs);
  }

  #stopSlow(): void {
    if (this.#slow !== null) clearTimeout(this.#slow);
    this.#slow = null;
  }

  async #pause(tries: number): Promise<void> {
    const longest = Math.min(
      limits.engineRetryMs * 2 ** Math.min(tries, 16),
      limits.engineRetryMaxMs,
    );
    // Never longer: an engine that is back is to be seen within a second.
    const ms = longest * (0.5 + this.#options.random() / 2);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}

/** Sockets that lead into a virtual machine, on Linux too. */
const ofVirtualMachine = /\/(?:\.docker\/desktop|\.?colima|\.lima|\.rd)\//;

const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
