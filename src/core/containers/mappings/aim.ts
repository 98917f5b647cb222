import { limits } from '../../../shared/limits.ts';
import type { Container, ContainerEngineState } from '../../../shared/model/container.ts';
import { describeTarget, type Mapping, type MappingTarget } from '../../../shared/model/mapping.ts';
import { backendUrl } from '../reach/addressFor.ts';
import { stateProblem } from '../reach/states.ts';
import type { ContainerWay, FindWants, FindWay } from './types.ts';

/** A container that runs, with where a port of it is reached. */
export interface Running {
  readonly container: Container;
  readonly url: string;
  readonly way: ContainerWay & { readonly ok: true };
}

/** What is known of containers at one moment, for whoever decides on mappings. */
export interface World {
  /** Of an engine; null for one that is not asked. */
  stateOf(engine: string): { readonly state: ContainerEngineState; readonly name: string } | null;
  /** Containers that a target means, by name. */
  containersOf(engine: string, target: MappingTarget): readonly Container[];
  byId(id: string): Container | null;
  readonly findWay: FindWay;
  readonly findWants: FindWants;
  /** Whether something takes connections there since the container was started; null: not tried yet. */
  isReady(running: Running): boolean | null;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What was seen of a mapping's containers before. */
export interface Remembered {
  /** The container that bore the name last. */
  readonly id: string | null;
  /** Since when it starts, Unix milliseconds; null when it does not, or was ready since. */
  readonly startingSince: number | null;
}

export const nothingRemembered: Remembered = { id: null, startingSince: null };

/** What a mapping should be like. */
export interface Aim {
  readonly state: 'up' | 'starting' | 'stopped' | 'unreachable' | 'unknown';
  /** One sentence; empty for `up`. */
  readonly reason: string;
  /** As it is called now. */
  readonly target: MappingTarget;
  readonly formerName?: string | undefined;
  readonly containers: readonly Container[];
  /** Backends to be listed; null: as they are. */
  readonly running: readonly Running[] | null;
  /** Of containers that were not tried yet: they stay where they are listed. */
  readonly untried: readonly Running[];
  /** Containers that should be tried. */
  readonly toTry: readonly Running[];
  /** Unix milliseconds: the end of the start that is waited for; 0 otherwise. */
  readonly until: number;
  /** Unix milliseconds at which it may be otherwise by itself; null for never. */
  readonly lookAt: number | null;
  readonly remembered: Remembered;
}

type Subject = Pick<Mapping, 'engine' | 'target' | 'formerName' | 'port' | 'scheme' | 'source'>;

/** Containers of a mapping: one that labels made has only those that ask for it. */
function membersOf(
  name: string,
  { engine, target, port, source }: Subject,
  world: World,
): readonly Container[] {
  const all = world.containersOf(engine, target);
  if (source === 'hand') return all;
  return all.filter((container) =>
    world.findWants(container).some(
      (want) =>
        want.name === name &&
        // The ports of a container that does not run may not be known.
        (want.port === port || (want.port === null && container.state !== 'running')),
    ),
  );
}

const engineWords: Readonly<Record<Exclude<ContainerEngineState, 'running'>, string>> = {
  connecting: 'is asked for the first time',
  starting: 'starts',
  stopped: 'does not run',
  forbidden: 'may not be asked',
  failed: 'does not answer as it should',
};

function unknown(mapping: Subject, reason: string, remembered: Remembered): Aim {
  return {
    state: 'unknown',
    reason,
    target: mapping.target,
    formerName: mapping.formerName,
    containers: [],
    running: null,
    untried: [],
    toTry: [],
    until: 0,
    lookAt: null,
    remembered,
  };
}

/** What a mapping of this machine should be like now. */
export function aimOf(name: string, mapping: Subject, world: World, remembered: Remembered): Aim {
  const engine = world.stateOf(mapping.engine);
  const last = 'its backends are the last ones that were known';
  if (engine === null) return unknown(mapping, `Its engine is not asked: ${last}.`, remembered);
  if (engine.state !== 'running') {
    return unknown(mapping, `${engine.name} ${engineWords[engine.state]}: ${last}.`, remembered);
  }
  const named = { ...mapping, ...renamed(mapping, world, remembered) };
  return aimAt(named, membersOf(name, named, world), world, remembered);
}

/**
 * The container that it knew may have another name now. Whoever takes the old one takes its place: updates rename a
 * container, and make the next one with its name.
 */
function renamed(
  { engine, target, formerName }: Subject,
  world: World,
  { id }: Remembered,
): Pick<Mapping, 'target' | 'formerName'> {
  if (target.kind !== 'container') return { target };
  const named = (name: string): readonly Container[] =>
    world.containersOf(engine, { kind: 'container', name });
  const runs = (containers: readonly Container[]): boolean =>
    containers.some(({ state }) => state === 'running');
  const present = named(target.name);
  const taker = formerName === undefined ? [] : named(formerName);
  if (formerName !== undefined && taker.length > 0 && (runs(taker) || !runs(present))) {
    return { target: { ...target, name: formerName }, formerName: undefined };
  }
  const known = id === null || present.length > 0 ? null : world.byId(id);
  if (known === null || known.engine !== engine) return { target, formerName };
  return { target: { ...target, name: known.name }, formerName: formerName ?? target.name };
}

function aimAt(
  { target, formerName, port, scheme }: Subject,
  members: readonly Container[],
  world: World,
  before: Remembered,
): Aim {
  const { now } = world;
  const windowMs = limits.containerStartMs;
  const id = target.kind === 'container' ? (members[0]?.id ?? before.id) : null;
  const since = before.startingSince ?? startOf(members, now);
  const isWindowOver = now - since >= windowMs;
  const running: Running[] = [];
  const untried: Running[] = [];
  const toTry: Running[] = [];
  let wayless = '';
  let isProven = false;
  let isHealthStarting = false;
  let lookAt: number | null = null;
  for (const container of members) {
    if (container.state !== 'running') continue;
    const way = world.findWay(container, port);
    if (!way.ok) {
      wayless ||= way.sentence;
      continue;
    }
    const one: Running = { container, way, url: backendUrl(scheme, way) };
    const startedAt = container.startedAt ?? 0;
    const isRecent = now - startedAt < windowMs;
    const waits = (isRecent && !isWindowOver) || container.health === 'starting';
    const isReady = waits ? world.isReady(one) : true;
    if (isReady === true) running.push(one);
    else toTry.push(one);
    if (isReady === null) untried.push(one);
    isProven ||= isReady === true && (waits || !isRecent);
    // Then it is listed all the same, or counts as one that has started well.
    const end = (isWindowOver ? startedAt : Math.min(startedAt, since)) + windowMs;
    if (end > now) lookAt = Math.min(lookAt ?? end, end);
    isHealthStarting ||= container.health === 'starting' && isReady !== true;
  }
  const kept = running.slice(0, limits.maxMappedBackends);
  const rest = { target, formerName, containers: members, running: kept, untried, toTry };
  const remember = (startingSince: number | null): Remembered => ({ id, startingSince });
  if (kept.length > 0) {
    return {
      ...rest,
      state: 'up',
      reason: '',
      until: 0,
      lookAt,
      // What is listed only because its time is over may end and begin anew, over and over.
      remembered: remember(isProven ? null : since),
    };
  }
  const isComing = members.some(({ state }) => state === 'created' || state === 'restarting');
  const isStarting = isHealthStarting || (!isWindowOver && (toTry.length > 0 || isComing));
  if (isStarting) {
    const until = since + windowMs * (Math.floor((now - since) / windowMs) + 1);
    return {
      ...rest,
      state: 'starting',
      reason: `${describeTarget(target)} starts, and takes no connection yet.`,
      until,
      lookAt: Math.min(lookAt ?? until, until),
      remembered: remember(since),
    };
  }
  return {
    ...rest,
    state: wayless === '' ? 'stopped' : 'unreachable',
    reason: wayless === '' ? whyStopped(target, members) : wayless,
    until: 0,
    lookAt: null,
    remembered: remember(isComing ? since : null),
  };
}

/** When the youngest of them was started, if that was not long ago; else now. */
function startOf(members: readonly Container[], now: number): number {
  let start = 0;
  for (const { state, startedAt } of members) {
    if (state === 'running') start = Math.max(start, startedAt ?? 0);
  }
  return start > 0 && start <= now ? start : now;
}

function whyStopped(target: MappingTarget, members: readonly Container[]): string {
  const [container] = members;
  if (container === undefined) {
    return target.kind === 'container'
      ? `There is no container called ${target.name}.`
      : `There is no container of ${describeTarget(target)}.`;
  }
  if (members.length > 1) return `None of the ${members.length} containers runs.`;
  return stateProblem(container, 'docker', null)?.sentence ?? 'It does not run.';
}
