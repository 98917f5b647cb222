import type {
  ContainersView,
  containersContract,
  ListeningPort,
  MappingPreview,
  MappingView,
  PortVerdict,
} from '../../../shared/contract/containers.ts';
import { BerthError } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';
import { describeTarget, type MappingTarget } from '../../../shared/model/mapping.ts';
import { version } from '../../../shared/version.ts';
import type { AsyncService } from '../../control/served.ts';
import { hostOf } from '../../instance/throughProxy.ts';
import { createBell, createStreams, pause } from '../../traffic/streams.ts';
import { defaultPort, suggestionFor, type Wanted } from '../conventions/index.ts';
import type { EnginesInUse } from '../enginesInUse.ts';
import type { Mappings } from '../mappings/types.ts';
import {
  addressesOf,
  engineAway,
  lookAt,
  lookAtPorts,
  lookInside,
  type Surroundings,
} from '../reach/index.ts';
import { findContainer } from './find.ts';
import { viewsOf } from './views.ts';

export interface ContainersServiceOptions {
  readonly isEnabled: () => boolean;
  readonly suffixes: () => readonly string[];
  readonly engines: Pick<EnginesInUse, 'present' | 'subscribe'>;
  readonly mappings: Mappings;
  readonly wanted: (container: Container) => Wanted;
  /** From where the containers of an engine are reached. */
  readonly surroundings: (engine: string) => Surroundings;
  /** Whether a frontend of this name is there. */
  readonly taken: (name: string) => boolean;
  readonly ports: () => Promise<readonly ListeningPort[]>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds. */
  readonly wallClock: () => number;
}

type Contract = AsyncService<typeof containersContract>;
type MapInput = Parameters<Contract['map']>[0];

/** Who or what is to be mapped; `container` is null for what is not there now. */
interface Meant {
  readonly engine: string;
  readonly target: MappingTarget;
  readonly container: Container | null;
}

/** What is asked about containers, answered from what engines, labels and mappings say. */
export class ContainersService implements Contract {
  readonly #options: ContainersServiceOptions;
  readonly #streams = createStreams();
  readonly #changed = createBell();
  readonly #stops: readonly (() => void)[];
  /** Made when it is asked for; the same for all who ask until something changes. */
  #view: ContainersView | null = null;

  constructor(options: ContainersServiceOptions) {
    this.#options = options;
    const changed = (): void => this.changed();
    this.#stops = [options.engines.subscribe(changed), options.mappings.subscribe(changed)];
  }

  /** Settings, or frontends whose names are no longer free, have changed. */
  changed(): void {
    this.#view = null;
    this.#changed.ring();
  }

  async list(): Promise<ContainersView> {
    const { engines, mappings } = this.#options;
    await Promise.all([engines.present.ready, mappings.ready]);
    return this.#now();
  }

  watch(signal?: AbortSignal): AsyncIterable<ContainersView> {
    return this.#streams.open((ends) => this.#follow(ends), signal);
  }

  async look(
    input: Parameters<Contract['look']>[0],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly PortVerdict[]> {
    await this.#ready();
    const engines = this.#options.engines.present;
    if (engines.engines.every(({ state }) => state !== 'running')) throw this.#away();
    const { container } = findContainer(input.container, input.engine, engines.containers.values());
    const options = this.#lookOptions(container, input.name ?? this.#suggestion(container), signal);
    return input.port === undefined ? lookAtPorts(options) : [await lookAt(options, input.port)];
  }

  async map(
    input: MapInput,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<MappingPreview> {
    const { mappings } = this.#options;
    await this.#ready();
    const { engine, target, container } = this.#meant(input);
    const verdict = await this.#verdict(input, { engine, target, container }, signal);
    const { port } = verdict;
    if (port === null) throw new BerthError('BERTH_CONTAINER_PORT', verdict.sentence);
    const { name, scheme = verdict.scheme } = input;
    const request = { name, engine, target, port, scheme };
    const edit = await (input.dry === true ? mappings.preview(request) : mappings.map(request));
    return { ...edit, verdict };
  }

  async unmap({
    name,
    id,
  }: {
    readonly name: string;
    readonly id?: string | undefined;
  }): Promise<readonly MappingView[]> {
    return this.#options.mappings.unmap(name, id);
  }

  ports(): Promise<readonly ListeningPort[]> {
    return this.#options.ports();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#streams.close();
  }

  async *#follow(ends: AbortSignal): AsyncGenerator<ContainersView, void, undefined> {
    let told = await this.list();
    yield told;
    while (!ends.aborted) {
      if (this.#view === told) await this.#changed.heard(ends);
      await pause(limits.containersNewsMs, ends);
      if (ends.aborted) return;
      told = this.#now();
      yield told;
    }
  }

  #now(): ContainersView {
    this.#view ??= this.#make();
    return this.#view;
  }

  #make(): ContainersView {
    const { mappings, isEnabled, suffixes, wanted, surroundings, taken } = this.#options;
    const engines = this.#options.engines.present;
    return {
      enabled: isEnabled(),
      engines: engines.engines,
      none: isEnabled() ? engines.reasonNone : null,
      containers: viewsOf(engines.containers.values(), {
        suffixes: suffixes(),
        wanted,
        problems: (container) => [
          ...(engines.problems.get(container.id) ?? []),
          ...mappings.problemsOf(container),
        ],
        addresses: (container) => addressesOf(container, surroundings(container.engine)),
        taken,
      }),
      left: engines.left,
      mappings: mappings.views(),
    };
  }

  /** @throws BerthError BERTH_CONTAINERS_OFF */
  async #ready(): Promise<void> {
    const { isEnabled, engines, mappings } = this.#options;
    if (!isEnabled()) throw new BerthError('BERTH_CONTAINERS_OFF', 'containers.enabled is false');
    await Promise.all([engines.present.ready, mappings.ready]);
  }

  #suggestion(container: Container): string {
    const { suffixes, taken } = this.#options;
    return suggestionFor(container, suffixes(), taken);
  }

  #meant(input: MapInput): Meant {
    const engines = this.#options.engines.present;
    const all = [...engines.containers.values()];
    const { container: reference, target, engine } = input;
    if (target === undefined) {
      if (reference === undefined) {
        throw new BerthError('BERTH_INPUT_INVALID', 'container: name what is to be mapped');
      }
      if (engines.engines.every(({ state }) => state !== 'running')) throw this.#away();
      const found = findContainer(reference, engine, all);
      return { ...found, engine: found.container.engine };
    }
    const known = all.filter(
      (one) => isOf(one, target) && (engine === undefined || one.engine === engine),
    );
    const container = known.find(({ state }) => state === 'running') ?? known[0] ?? null;
    const [only, ...others] = engines.engines;
    const place = container?.engine ?? engine ?? (others.length === 0 ? only?.id : undefined);
    if (place === undefined) {
      if (only === undefined) throw this.#away();
      const ids = engines.engines.map(({ id }) => id).join(', ');
      throw new BerthError('BERTH_INPUT_INVALID', `engine: name one of ${ids}`);
    }
    return { engine: place, target, container };
  }

  #away(): BerthError {
    const { engines, reasonNone } = this.#options.engines.present;
    const reasons = engines.map(({ reason }) => reason).filter((reason) => reason !== '');
    const detail = reasons[0] ?? reasonNone?.reason ?? 'no engine is known';
    return new BerthError('BERTH_CONTAINER_ENGINE_AWAY', detail);
  }

  /** What the port answers that is named, or that a mapping takes by itself. */
  async #verdict(input: MapInput, meant: Meant, signal: AbortSignal): Promise<PortVerdict> {
    const { target, container, engine } = meant;
    const { name, port, scheme = null } = input;
    if (container === null) {
      const view = this.#options.engines.present.engines.find(({ id }) => id === engine);
      if (view !== undefined && view.state !== 'running') {
        return engineAway(view, port ?? null, scheme ?? 'http');
      }
      return {
        port: port ?? null,
        scheme: scheme ?? 'http',
        works: false,
        sentence: `${describeTarget(target)} is not there now: the mapping waits for it.`,
        fix: 'Start it.',
        kind: 'not-running',
        backend: null,
        status: null,
        ms: null,
      };
    }
    const options = { ...this.#lookOptions(container, name, signal), scheme };
    const usual = port ?? defaultPort(container);
    if (usual !== null) return { ...(await lookAt(options, usual)), port: usual };
    const all = await lookAtPorts(options);
    const working = all.filter(({ works }) => works);
    const [only = all[0]] = working;
    if (only === undefined || working.length > 1) {
      const numbers = working.map((one) => one.port).join(', ');
      throw new BerthError('BERTH_CONTAINER_PORT', `${container.name} answers on ${numbers}`);
    }
    return only;
  }

  #lookOptions(container: Container, name: string, signal: AbortSignal) {
    const { surroundings, now, wallClock } = this.#options;
    return {
      container,
      surroundings: surroundings(container.engine),
      name: hostOf(name),
      frontend: name,
      scheme: null,
      version,
      inside: lookInside,
      signal,
      now,
      wallClock,
    };
  }
}

const isOf = (container: Container, target: MappingTarget): boolean =>
  target.kind === 'container'
    ? container.name === target.name
    : container.project === target.project && container.service === target.service;
