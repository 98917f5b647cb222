import type { MappingView } from '../../../shared/contract/containers.ts';
import { BerthError } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import type { Log } from '../../../shared/messages.ts';
import type { Container } from '../../../shared/model/container.ts';
import { type Keys, keysFor } from '../../../shared/model/keys.ts';
import {
  describeTarget,
  type Mapping,
  type MappingTarget,
  mappingId,
} from '../../../shared/model/mapping.ts';
import { defaultOptions } from '../../../shared/model/options.ts';
import type { StoreCommand } from '../../../store/command.ts';
import type { SharedStore } from '../../../store/store.ts';
import type { FrontendEntry, FrontendsTable } from '../../frontends/table.ts';
import { type Edited, editFrontend } from '../../hosts/edit.ts';
import type { Hosts } from '../../hosts/hosts.ts';
import { type Aim, aimOf, nothingRemembered, type Remembered, type World } from './aim.ts';
import { blockOf, lossOf, type Wish, type Wishes, wishesOf } from './labels.ts';
import { type HostPlan, type HostPresent, planHost } from './plan.ts';
import { Readiness, type TryConnection } from './readiness.ts';
import { claimsOf, foreignOf, noMappings } from './stored.ts';
import type { MappingsTable } from './table.ts';
import { Tasks } from './tasks.ts';
import type {
  ContainerFinding,
  ContainerHealthSink,
  FindWants,
  FindWay,
  Machine,
  MappingEdit,
  MappingRequest,
  Mappings,
  Surveyed,
} from './types.ts';
import { Survey } from './world.ts';
import { commandText, presentOf, stepOf } from './write.ts';

/** What there is of engines and containers: EnginesInUse, or as much of it. */
export interface ContainerSource {
  readonly present: Surveyed & { readonly ready: Promise<void> };
  subscribe(listener: () => void): () => void;
}

export interface MappingsOptions {
  readonly source: ContainerSource;
  readonly machine: Machine;
  readonly hosts: Pick<FrontendsTable, 'entries' | 'ready' | 'subscribe' | 'read'>;
  readonly mappings: MappingsTable;
  readonly store: Pick<SharedStore, 'edit'>;
  readonly prefix: string;
  /** Keys of one frontend may live on several servers. */
  readonly isApart: boolean;
  readonly findWay: FindWay;
  /** What an engine is spoken to with. */
  readonly kindOf: (engine: string) => 'docker' | 'podman';
  readonly findWants: FindWants;
  readonly health: ContainerHealthSink;
  /** Hears what a person has mapped or unmapped, so that it can be taken back. */
  readonly edited: Hosts['edited'];
  readonly tryConnection: TryConnection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

/** What a person asks of one frontend. */
interface Asked {
  readonly made: Mapping | null;
  readonly ended: (present: HostPresent) => ReadonlySet<string>;
  /** What to call it, once it is done; null for what nobody asked for. */
  readonly summary: (() => string) | null;
}

const nothingAsked: Asked = { made: null, ended: () => new Set(), summary: null };

interface Decided {
  readonly plan: HostPlan | null;
  /** Of mappings of this machine, by the id that they have, and will have. */
  readonly aims: ReadonlyMap<string, Aim>;
}

/** Steps of one edit: two are enough where nobody else writes. */
const maxSteps = 8;

const noWishes: Wishes = { byName: new Map(), losers: new Map() };

export class LiveMappings implements Mappings {
  readonly ready: Promise<void>;
  readonly #options: MappingsOptions;
  readonly #keys: Keys;
  readonly #readiness: Readiness;
  readonly #tasks: Tasks;
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  /** By frontend, then by id of the mapping. */
  readonly #remembered = new Map<string, ReadonlyMap<string, Remembered>>();
  /** Unix milliseconds at which a frontend is to be looked at anyway. */
  readonly #lookAt = new Map<string, number>();
  readonly #told = new Map<string, string>();
  #survey: Survey;
  #wishes = noWishes;
  #byTarget: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #indexed = -1;
  #timer: NodeJS.Timeout | null = null;
  #isOpen = false;
  #closed = false;

  constructor(options: MappingsOptions) {
    this.#options = options;
    this.#keys = keysFor(options.prefix);
    this.#survey = new Survey(options.source.present);
    this.#readiness = new Readiness({
      tryConnection: options.tryConnection,
      changed: (running) => {
        for (const { container } of running) this.#containerChanged(container);
      },
    });
    this.#tasks = new Tasks({
      run: (name) => this.#reconcile(name),
      random: options.random,
      failed: (name, reason) => options.log('debug', `mappings of ${name}: ${reason}`),
    });
    this.#stops = [
      options.source.subscribe(() => this.#sourceChanged()),
      options.mappings.subscribe((name) => {
        // Who has a host decides only among several that ask for it.
        if (this.#wishes.losers.has(name)) this.#wishAgain();
        this.#look(name);
      }),
      options.hosts.subscribe((event) => {
        if (event.kind === 'all') this.#lookAll();
        else if (event.kind === 'changed') this.#look(event.entry.name);
        else if (event.kind === 'removed') this.#look(event.name);
      }),
    ];
    this.ready = this.#begin();
  }

  views(): readonly MappingView[] {
    const world = this.#world();
    const views: MappingView[] = [];
    for (const [name, { mappings }] of this.#options.mappings.entries) {
      for (const [id, mapping] of mappings) views.push(this.#view(name, id, mapping, world));
    }
    return views.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  problemsOf(container: Container): readonly string[] {
    const problems: string[] = [];
    for (const want of this.#options.findWants(container)) {
      const winner = this.#wishes.byName.get(want.name);
      if (winner === undefined) continue;
      const isOwn = ({ containers }: Wish): boolean =>
        containers.some(({ id, engine }) => id === container.id && engine === container.engine);
      if (isOwn(winner)) {
        const block = this.#blockOf(winner);
        if (block !== null) problems.push(block);
        continue;
      }
      const loser = this.#wishes.losers.get(want.name)?.find(isOwn);
      if (loser !== undefined) problems.push(lossOf(loser, winner));
    }
    return problems;
  }

  wantedBy(name: string): { readonly what: string; readonly from: string } | null {
    const wish = this.#wishes.byName.get(name);
    const granted = wish && this.#stored(name).mappings.get(mappingId(wish.mapping));
    if (granted === undefined || granted.source === 'hand') return null;
    return { what: describeTarget(granted.target), from: granted.from };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  preview(request: MappingRequest): Promise<MappingEdit> {
    return this.#map(request, true);
  }

  map(request: MappingRequest): Promise<MappingEdit> {
    return this.#map(request, false);
  }

  unmap(name: string, id?: string): Promise<readonly MappingView[]> {
    return this.#tasks.next(async () => {
      let views: readonly MappingView[] = [];
      const ended = ({ mappings: { mappings } }: HostPresent): ReadonlySet<string> => {
        const ids = this.#endedBy(name, id, mappings);
        const world = this.#world();
        const now = [...mappings].filter(([each]) => ids.has(each));
        // Decided anew in a further step, it is still what was there in the first one.
        if (views.length === 0) {
          views = now.map(([each, mapping]) => this.#view(name, each, mapping, world));
        }
        return ids;
      };
      const summary = (): string => `unmapped ${views.map(describePort).sort().join(', ')}`;
      await this.#edit(name, { made: null, ended, summary });
      if (views.length === 0) {
        throw new BerthError('BERTH_INPUT_INVALID', `${name} is mapped to no container by hand`);
      }
      await this.#reread(name);
      return views;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#readiness.close();
    this.#listeners.clear();
    await this.#tasks.close();
  }

  /** Settings may let containers ask for something else. */
  changed(): void {
    this.#wishAgain();
    this.#lookAll();
  }

  async #begin(): Promise<void> {
    const { source, hosts, mappings } = this.#options;
    await Promise.all([source.present.ready, hosts.ready, mappings.ready]);
    if (this.#closed) return;
    this.#isOpen = true;
    this.#survey = new Survey(source.present);
    this.#wishAgain();
    this.#lookAll();
    await this.#tasks.idle();
  }

  #sourceChanged(): void {
    if (!this.#isOpen) return;
    const before = this.#survey;
    this.#survey = new Survey(this.#options.source.present);
    const keys = before.changesIn(this.#survey);
    this.#wishAgain();
    if (keys === null) this.#lookAll();
    else for (const key of keys) for (const name of this.#namesOf(key)) this.#look(name);
    this.#tell();
  }

  #containerChanged(container: Container): void {
    for (const key of Survey.keysOf(container)) {
      for (const name of this.#namesOf(key)) this.#look(name);
    }
  }

  /** What labels ask for, and looks at what that has changed. */
  #wishAgain(): void {
    if (!this.#isOpen) return;
    const { findWants, machine } = this.#options;
    const before = this.#wishes;
    this.#wishes = wishesOf(
      this.#survey.containers,
      findWants,
      machine,
      (name) => this.#stored(name).mappings,
    );
    for (const name of new Set([...before.byName.keys(), ...this.#wishes.byName.keys()])) {
      if (textOf(before.byName.get(name)) !== textOf(this.#wishes.byName.get(name))) {
        this.#look(name);
      }
    }
  }

  #stored(name: string) {
    return this.#options.mappings.entries.get(name) ?? noMappings;
  }

  #blockOf(wish: Wish): string | null {
    const { mappings } = this.#stored(wish.name);
    const entry = this.#options.hosts.entries.get(wish.name);
    const foreign = foreignOf(entry?.list?.slice(1) ?? [], claimsOf(mappings.values()));
    return blockOf(wish, mappings, foreign);
  }

  #namesOf(targetKey: string): Iterable<string> {
    const { mappings, machine } = this.#options;
    if (this.#indexed !== mappings.version) {
      const index = new Map<string, Set<string>>();
      for (const [name, stored] of mappings.entries) {
        for (const mapping of stored.mappings.values()) {
          if (mapping.machine.id !== machine.id) continue;
          for (const target of targetsOf(mapping)) {
            const key = Survey.keyOf(mapping.engine, target);
            index.set(key, (index.get(key) ?? new Set()).add(name));
          }
        }
      }
      this.#byTarget = index;
      this.#indexed = mappings.version;
    }
    return this.#byTarget.get(targetKey) ?? [];
  }

  #lookAll(): void {
    for (const name of this.#options.mappings.entries.keys()) this.#look(name);
    for (const name of this.#wishes.byName.keys()) this.#look(name);
  }

  #look(name: string): void {
    if (!this.#isOpen) return;
    const isOurs =
      this.#options.mappings.entries.has(name) ||
      this.#wishes.byName.has(name) ||
      this.#remembered.has(name);
    if (isOurs) this.#tasks.look(name);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #world(): World {
    const { findWay, findWants, now } = this.#options;
    return this.#survey.world({
      findWay,
      findWants,
      isReady: (running) => this.#readiness.of(running),
      now: now(),
    });
  }

  #decide(name: string, present: HostPresent, asked: Asked): Decided {
    const world = this.#world();
    const remembered = this.#remembered.get(name);
    const aims = new Map<string, Aim>();
    const plan = planHost(present, {
      name,
      machine: this.#options.machine.id,
      aim: (mapping) => {
        const before = remembered?.get(mappingId(mapping)) ?? nothingRemembered;
        const aim = aimOf(name, mapping, world, before);
        aims.set(mappingId(mapping), aim);
        // Under its new name, too: what is decided anew begins with the old one as long as that is stored.
        aims.set(mappingId({ ...mapping, target: aim.target }), aim);
        return aim;
      },
      wish: this.#wishes.byName.get(name) ?? null,
      made: asked.made,
      ended: asked.ended(present),
      kindOf: this.#options.kindOf,
      now: world.now,
    });
    return { plan, aims };
  }

  async #reconcile(name: string): Promise<void> {
    const entry = this.#options.hosts.entries.get(name) ?? null;
    const present = { ...listOf(entry), mappings: this.#stored(name) };
    const decided = this.#decide(name, present, nothingAsked);
    this.#note(name, decided.aims, entry);
    if (decided.plan !== null) await this.#edit(name, nothingAsked);
    this.#tell();
  }

  /** Decides on what the store has, and writes it. Returns the commands. */
  async #edit(name: string, asked: Asked, isDry = false): Promise<readonly StoreCommand[]> {
    const { store, isApart } = this.#options;
    const all: StoreCommand[] = [];
    const changes: NonNullable<Edited['change']>[] = [];
    for (let isLast = false, steps = 0; !isLast; steps++) {
      if (steps >= maxSteps) throw new BerthError('BERTH_CONFLICT', `${name}: others change it`);
      let aims: Decided['aims'] = new Map();
      let commands: readonly StoreCommand[] = [];
      const { change } = await editFrontend(
        store,
        this.#keys,
        name,
        (stored) => {
          const present = presentOf(stored);
          const decided = this.#decide(name, present, asked);
          aims = decided.aims;
          isLast = true;
          if (decided.plan === null) return null;
          const step = stepOf(decided.plan, present, isApart && !isDry);
          isLast = step.isLast;
          return step.change;
        },
        (written) => {
          commands = written;
          return !isDry;
        },
      );
      all.push(...commands);
      if (change !== null) changes.push(change);
      if (!isDry) this.#note(name, aims, null);
    }
    const [first] = changes;
    const last = changes.at(-1);
    if (asked.summary !== null && !isDry && first !== undefined && last !== undefined) {
      const { before } = first;
      this.#options.edited({ name, before, after: last.after, summary: asked.summary() });
    }
    return all;
  }

  /** Remembers what was seen of the containers of a frontend, and does what follows from it beside its list. */
  #note(name: string, aims: Decided['aims'], entry: FrontendEntry | null): void {
    if (this.#closed) return;
    if (aims.size === 0) this.#remembered.delete(name);
    else {
      this.#remembered.set(
        name,
        new Map([...aims].map(([id, { remembered }]) => [id, remembered] as const)),
      );
    }
    const all = [...aims.values()];
    this.#readiness.want(
      name,
      all.flatMap(({ toTry }) => toTry),
      all.flatMap(({ running }) => running ?? []),
    );
    this.#tellHealth(name, all);
    const ends = all.flatMap(({ lookAt }) => lookAt ?? []);
    const note = entry?.options.container;
    if (note?.state === 'starting') ends.push(note.until);
    this.#lookLater(name, Math.min(...ends));
  }

  #tellHealth(name: string, aims: readonly Aim[]): void {
    const findings = new Map<string, ContainerFinding>();
    for (const { running } of aims) {
      for (const { url, container } of running ?? []) {
        const { health, healthOutput: output } = container;
        if (health === null || health === 'starting') continue;
        // Of two behind one address the one that is well says nothing of the other.
        if (findings.get(url)?.health !== 'unhealthy') findings.set(url, { health, output });
      }
    }
    const text = JSON.stringify([...findings]);
    if (text === (this.#told.get(name) ?? '[]')) return;
    if (findings.size === 0) this.#told.delete(name);
    else this.#told.set(name, text);
    this.#options.health.contained(name, findings);
  }

  #lookLater(name: string, at: number): void {
    if (at <= this.#options.now() || at === Number.POSITIVE_INFINITY) this.#lookAt.delete(name);
    else this.#lookAt.set(name, at);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    let next = Number.POSITIVE_INFINITY;
    for (const each of this.#lookAt.values()) next = Math.min(next, each);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#lookNow(), next - this.#options.now() + 1).unref();
  }

  #lookNow(): void {
    const now = this.#options.now();
    for (const [name, at] of this.#lookAt) {
      if (at > now) continue;
      this.#lookAt.delete(name);
      this.#look(name);
    }
  }

  #map(
    { name, engine, target, port, scheme }: MappingRequest,
    isDry: boolean,
  ): Promise<MappingEdit> {
    const { machine, mappings } = this.#options;
    const made: Mapping = {
      machine,
      engine,
      target,
      port,
      scheme,
      source: 'hand',
      from: '',
      made: false,
      backends: [],
    };
    const id = mappingId(made);
    const mayBe = (present: HostPresent): ReadonlySet<string> => {
      const { list, mappings: stored } = present;
      const problem = list.kind === 'unreadable' ? list.problem : stored.problem;
      if (problem !== null) throw new BerthError('BERTH_FRONTEND_INVALID', `${name}: ${problem}`);
      if (!stored.texts.has(id) && stored.texts.size >= limits.maxMappingsPerHost) {
        throw tooMany(`${name} has ${limits.maxMappingsPerHost} mappings`);
      }
      return new Set();
    };
    const summary = (): string => `mapped to ${describePort(made)}`;
    return this.#tasks.next(async () => {
      let count = 0;
      for (const stored of mappings.entries.values()) count += stored.mappings.size;
      if (count >= limits.maxMappings) throw tooMany(`there are ${count} mappings`);
      const aim = aimOf(name, made, this.#world(), nothingRemembered);
      await this.#readiness.tried(name, aim.toTry);
      const commands = await this.#edit(name, { made, ended: mayBe, summary }, isDry);
      if (!isDry) await this.#reread(name);
      const mapping = (isDry ? null : this.#stored(name).mappings.get(id)) ?? {
        ...made,
        backends: (aim.running ?? []).map(({ url }) => url),
      };
      if (isDry && !this.#remembered.has(name)) this.#readiness.want(name, [], []);
      return {
        mapping: this.#view(name, id, mapping, this.#world()),
        commands: commands.map(commandText),
      };
    });
  }

  /** Whoever asks now sees what was written; the push of it may still be on its way. */
  async #reread(name: string): Promise<void> {
    const { mappings, hosts } = this.#options;
    await Promise.all([mappings.read(name), hosts.read(name).catch(() => null)]);
    this.#tell();
  }

  /** @throws BerthError when there is nothing to end */
  #endedBy(
    name: string,
    id: string | undefined,
    mappings: ReadonlyMap<string, Mapping>,
  ): ReadonlySet<string> {
    const { machine } = this.#options;
    const wanted = this.wantedBy(name);
    const refuse = (mapping: Mapping): never => {
      const detail = `${name} is asked for by ${describeTarget(mapping.target)} with ${mapping.from}: end it there`;
      throw new BerthError('BERTH_BACKEND_MAPPED', detail);
    };
    if (id !== undefined) {
      const named = mappings.get(id);
      if (named === undefined) return new Set();
      const isWanted = wanted !== null && named.from === wanted.from;
      if (named.source !== 'hand' && named.machine.id === machine.id && isWanted) refuse(named);
      return new Set([id]);
    }
    const byHand = [...mappings].filter(([, { source }]) => source === 'hand');
    const own = byHand.filter(([, one]) => one.machine.id === machine.id);
    const chosen = own.length > 0 ? own : byHand;
    const [labelled] = mappings.values();
    if (chosen.length === 0 && labelled !== undefined && wanted !== null) refuse(labelled);
    return new Set(chosen.map(([each]) => each));
  }

  #view(name: string, id: string, mapping: Mapping, world: World): MappingView {
    const { machine } = this.#options;
    if (mapping.machine.id !== machine.id) {
      const reason = `${mapping.machine.name} keeps it: its containers are there.`;
      return { ...mapping, name, id, state: 'elsewhere', reason, containers: [] };
    }
    const before = this.#remembered.get(name)?.get(id) ?? nothingRemembered;
    const { state, reason, containers } = aimOf(name, mapping, world, before);
    return { ...mapping, name, id, state, reason, containers: containers.map((one) => one.id) };
  }
}

/** What it is about, and may be about next. */
const targetsOf = ({ target, formerName }: Mapping): readonly MappingTarget[] =>
  formerName === undefined ? [target] : [target, { kind: 'container', name: formerName }];

const describePort = ({ target, port }: Pick<Mapping, 'target' | 'port'>): string =>
  `${describeTarget(target)}:${port}`;

const tooMany = (detail: string): BerthError =>
  new BerthError('BERTH_INPUT_INVALID', `${detail}: no more are kept; end one with berth unmap`);

const textOf = (wish: Wish | undefined): string =>
  wish === undefined ? '' : JSON.stringify([wish.mapping, wish.containers.length]);

function listOf(entry: FrontendEntry | null): Pick<HostPresent, 'list' | 'options'> {
  if (entry === null) return { list: { kind: 'absent' }, options: defaultOptions };
  const { list, problem, options, optionsProblem } = entry;
  return {
    list: list === null ? { kind: 'unreadable', problem: problem ?? '' } : { kind: 'list', list },
    options: optionsProblem === null ? options : null,
  };
}
