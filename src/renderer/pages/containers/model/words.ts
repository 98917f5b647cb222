import type {
  ContainersView,
  ContainerView,
  MappingState,
  MappingView,
} from '../../../../shared/contract/containers.ts';
import type { ContainerEngineState } from '../../../../shared/model/container.ts';
import type { Convention } from '../../../../shared/model/conventions.ts';
import { describeTarget } from '../../../../shared/model/mapping.ts';
import type { Status } from '../../../ui/Status.tsx';

/** A state as it is shown: shape and colour, and the word beside them. */
export interface Shown {
  readonly status: Status;
  readonly word: string;
}

export const engineStates: Readonly<Record<ContainerEngineState, Shown>> = {
  connecting: { status: 'unknown', word: 'asking' },
  running: { status: 'up', word: 'running' },
  starting: { status: 'degraded', word: 'starting' },
  stopped: { status: 'unknown', word: 'not running' },
  forbidden: { status: 'down', word: 'no permission' },
  failed: { status: 'down', word: 'unreadable' },
};

/** How a container is, and how it ended where it did. */
export function containerState({
  state,
  health,
  exitCode,
}: Pick<ContainerView, 'state' | 'health' | 'exitCode'>): Shown {
  switch (state) {
    case 'running':
      if (health === 'unhealthy') return { status: 'down', word: 'unhealthy' };
      if (health === 'starting') return { status: 'degraded', word: 'starting' };
      return { status: 'up', word: health === 'healthy' ? 'healthy' : 'running' };
    case 'restarting':
      return { status: 'degraded', word: 'restarting' };
    case 'paused':
      return { status: 'paused', word: 'paused' };
    case 'created':
      return { status: 'unknown', word: 'never started' };
    case 'removing':
      return { status: 'unknown', word: 'being removed' };
    case 'dead':
      return { status: 'unknown', word: 'dead' };
    case 'exited':
      return { status: 'unknown', word: ending(exitCode) };
  }
}

/** Exit codes by which a container ends because somebody asked it to. */
const asked: ReadonlySet<number> = new Set([0, 130, 137, 143]);

/** Whether it ended by a fault of its own. */
export const hasFailed = ({ state, exitCode }: Pick<ContainerView, 'state' | 'exitCode'>) =>
  state === 'dead' || (state === 'exited' && exitCode !== null && !asked.has(exitCode));

function ending(exitCode: number | null): string {
  if (exitCode === null || exitCode === 0) return 'exited';
  if (exitCode === 137) return 'killed';
  if (exitCode === 143 || exitCode === 130) return 'stopped';
  return `exited with ${exitCode}`;
}

export const mappingStates: Readonly<Record<MappingState, Shown>> = {
  up: { status: 'up', word: 'up' },
  starting: { status: 'degraded', word: 'starting' },
  stopped: { status: 'unknown', word: 'stopped' },
  unreachable: { status: 'down', word: 'unreachable' },
  unknown: { status: 'unknown', word: 'unknown' },
  elsewhere: { status: 'unknown', word: 'elsewhere' },
};

const conventionNames: Readonly<Record<Convention, string>> = {
  berth: 'Berth',
  orbstack: 'OrbStack',
  traefik: 'Traefik',
  'nginx-proxy': 'nginx-proxy',
  auto: 'automatic name',
};

/** Who made a mapping, as `by hand`, or `traefik.http.routers.web.rule (Traefik)`. */
export function madeBy({ source, from }: Pick<MappingView, 'source' | 'from'>): string {
  if (source === 'hand') return 'by hand';
  if (source === 'auto') return 'automatic name';
  return from === '' ? conventionNames[source] : `${from} (${conventionNames[source]})`;
}

/** Why a mapping cannot be ended here; null where it can. */
export function whyReadOnly({
  source,
  state,
  machine,
}: Pick<MappingView, 'source' | 'state' | 'machine'>): string | null {
  if (state === 'elsewhere') return `${machine.name || 'another machine'} keeps it`;
  if (source === 'hand') return null;
  return source === 'auto'
    ? 'It ends with containers.autoNames, or with a label of its own.'
    : 'It is what the container asks for: change it there.';
}

/** What the source column of the list of hosts says. */
export function sourceOf(mappings: readonly MappingView[]): {
  readonly word: string;
  readonly title: string;
} {
  const [first, ...others] = mappings;
  if (first === undefined) return { word: 'manual', title: 'Its backends were written by hand' };
  const { target } = first;
  const word =
    target.kind === 'service' ? `compose · ${target.project}` : `container ${target.name}`;
  return {
    word: others.length === 0 ? word : `${word} +${others.length}`,
    title: mappings.map((mapping) => `${describeMapping(mapping)}: ${madeBy(mapping)}`).join('\n'),
  };
}

/** `web of shop, port 3000`. */
export const describeMapping = ({ target, port }: Pick<MappingView, 'target' | 'port'>): string =>
  `${describeTarget(target)}, port ${port}`;

/** `web of shop`, or its name. */
export const containerTitle = ({
  name,
  service,
  project,
}: Pick<ContainerView, 'name' | 'service' | 'project'>): string =>
  service === null || project === null ? name : `${service} of ${project}`;

/** An engine in one line of the status bar. */
export interface EngineInBar extends Shown {
  readonly key: string;
  readonly name: string;
  readonly title: string;
}

/** Each engine, or that there is none; nothing where nobody looks for them. */
export function enginesInBar(view: ContainersView | null): readonly EngineInBar[] {
  if (view === null || !view.enabled) return [];
  if (view.engines.length === 0) {
    return [
      {
        key: 'none',
        name: 'containers',
        status: 'unknown',
        word: wordOfNone(view.none),
        title: view.none?.reason ?? 'Looking for container engines',
      },
    ];
  }
  return view.engines.map(({ id, name, state, version, reason }) => {
    const shown = engineStates[state];
    return {
      key: id,
      name: name.toLowerCase(),
      ...shown,
      title: [`${name} ${version ?? ''}`.trim(), shown.word, reason, id]
        .filter((part) => part !== '')
        .join('\n'),
    };
  });
}

const wordOfNone = (none: ContainersView['none']): string =>
  none === null ? 'asking' : none.isInstalled ? 'not running' : 'not installed';
