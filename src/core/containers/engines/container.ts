import { isIP } from 'node:net';
import { limits } from '../../../shared/limits.ts';
import type {
  Container,
  ContainerHealth,
  ContainerNetwork,
  ContainerPort,
  ContainerState,
  PublishedPort,
} from '../../../shared/model/container.ts';
import { attachedAnswer, bindingsAnswer, type InspectAnswer } from './answers.ts';

export interface NetworkFacts {
  readonly driver: string;
  readonly isInternal: boolean;
}

export interface ReadContainer {
  readonly container: Container;
  /** What of it could not be read, a sentence each. */
  readonly problems: readonly string[];
  /** Id or name of the container whose network it uses (`--network container:…`); null for one with its own. */
  readonly networkOf: string | null;
}

/** Characters of an id by which people name a container. */
const shortIdChars = 12;

/** Docker's words, and those that Podman has beside them. */
const states: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  stopping: 'exited',
  stopped: 'exited',
  exited: 'exited',
  dead: 'dead',
};

const healths = new Set<string>(['healthy', 'unhealthy', 'starting'] satisfies ContainerHealth[]);
const isHealth = (status: string): status is ContainerHealth => healths.has(status);

/** Collects what is wrong with one container, as much of it as is told. */
class Problems {
  readonly told: string[] = [];

  add(sentence: string): void {
    if (this.told.length >= limits.maxContainerProblems) return;
    this.told.push(cut(sentence, limits.maxContainerProblemChars));
  }
}

/**
 * Reads what an engine says of a container. Whatever is too large or makes no sense is left out, and said; it never
 * throws.
 *
 * @param networks by id, and by name
 */
export function readContainer(
  engine: string,
  answer: InspectAnswer,
  isCut: boolean,
  networks: ReadonlyMap<string, NetworkFacts>,
): ReadContainer {
  const problems = new Problems();
  if (isCut) problems.add('It says more of itself than is read; the rest is left out.');
  const state = readState(answer);
  const runs = state === 'running' || state === 'paused';
  const startedAt = readTime(answer.State.StartedAt);
  const labels = readLabels(answer.Config?.Labels, problems);
  const container: Container = {
    engine,
    id: answer.Id,
    name:
      cut(oneLine(answer.Name.replace(/^\//, '')), limits.maxContainerNameChars) ||
      // A mapping needs one.
      answer.Id.slice(0, shortIdChars),
    image: cut(oneLine(answer.Config?.Image ?? ''), limits.maxContainerNameChars),
    ...readCompose(labels),
    state,
    pid: runs && answer.State.Pid > 0 ? answer.State.Pid : null,
    ...readHealth(answer, runs),
    startedAt,
    exitCode: runs || startedAt === null ? null : answer.State.ExitCode,
    finishedAt: runs || startedAt === null ? null : readTime(answer.State.FinishedAt),
    ports: readPorts(answer, problems),
    networks: readNetworks(answer, networks, problems),
    labels,
    environment: readEnvironment(answer.Config?.Env ?? [], problems),
  };
  return { container, problems: problems.told, networkOf: lenderOf(answer) };
}

function readState({ State }: InspectAnswer): ContainerState {
  const state = Object.hasOwn(states, State.Status) ? states[State.Status] : undefined;
  // What says two things does not run: nothing may be sent there.
  if (state === 'running' && State.Running === false) return 'exited';
  return state ?? 'dead';
}

function readHealth(
  { State }: InspectAnswer,
  runs: boolean,
): Pick<Container, 'health' | 'healthOutput'> {
  const status = State.Health?.Status ?? '';
  if (!runs || !isHealth(status)) return { health: null, healthOutput: '' };
  const output = State.Health?.Log?.at(-1)?.Output ?? '';
  return { health: status, healthOutput: cut(oneLine(output), limits.maxHealthReasonChars) };
}

/** Unix milliseconds; null for the zero time of Go. */
function readTime(time: string): number | null {
  const at = Date.parse(time);
  return Number.isFinite(at) && at > 0 ? at : null;
}

function readLabels(
  given: Record<string, unknown> | null | undefined,
  problems: Problems,
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const all = Object.entries(given ?? {});
  for (const [name, value] of all) {
    if (labels.size >= limits.maxContainerLabels) {
      problems.add(`It has ${all.length} labels; the first ${limits.maxContainerLabels} are read.`);
      break;
    }
    if (typeof value !== 'string') continue;
    if (name.length > limits.maxLabelNameChars) {
      problems.add(`The name of a label is too long to be read: ${cut(oneLine(name), 40)}`);
    } else if (value.length > limits.maxLabelChars) {
      problems.add(`The label ${cut(oneLine(name), 80)} is too long to be read.`);
    } else {
      labels.set(name, value);
    }
  }
  return labels;
}

/** Only what conventions read: the rest of an environment may be secret, and goes no further than here. */
function readEnvironment(
  given: readonly unknown[],
  problems: Problems,
): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const entry of given) {
    if (typeof entry !== 'string' || !entry.startsWith('VIRTUAL_')) continue;
    const at = entry.indexOf('=');
    if (at < 0 || at > limits.maxLabelNameChars) continue;
    if (environment.size >= limits.maxContainerLabels) break;
    const name = entry.slice(0, at);
    if (entry.length - at - 1 > limits.maxLabelChars) {
      problems.add(`The variable ${cut(oneLine(name), 80)} is too long to be read.`);
    } else {
      environment.set(name, entry.slice(at + 1));
    }
  }
  return environment;
}

function readPorts(answer: InspectAnswer, problems: Problems): readonly ContainerPort[] {
  const bindings = answer.NetworkSettings?.Ports ?? {};
  const found = new Map<number, PublishedPort[]>();
  for (const key of [...Object.keys(answer.Config?.ExposedPorts ?? {}), ...Object.keys(bindings)]) {
    const port = readPort(/^(\d{1,5})(?:\/tcp)?$/.exec(key)?.[1]);
    if (port === null || found.has(port)) continue;
    const published = bindingsAnswer.safeParse(bindings[key] ?? bindings[`${port}/tcp`]);
    found.set(port, published.success ? readBindings(published.data) : []);
  }
  const ports = [...found]
    .map(([port, published]) => ({ port, published }))
    .sort((one, other) => one.port - other.port);
  if (ports.length > limits.maxContainerPorts) {
    problems.add(`It has ${ports.length} ports; the first ${limits.maxContainerPorts} are read.`);
  }
  return ports.slice(0, limits.maxContainerPorts);
}

/** Addresses at which one port is published that are kept: an engine gives one of IPv4 and one of IPv6. */
const maxBindings = 16;

const readBindings = (
  bindings: readonly { readonly HostIp: string; readonly HostPort: string }[],
): PublishedPort[] =>
  bindings.slice(0, maxBindings).flatMap(({ HostIp, HostPort }) => {
    const port = readPort(HostPort);
    // Podman leaves the address out where it is all of them.
    const address = HostIp === '' ? '0.0.0.0' : HostIp;
    return port === null || !isAddress(address) ? [] : [{ address, port }];
  });

function readPort(text: string | undefined): number | null {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

function readNetworks(
  answer: InspectAnswer,
  known: ReadonlyMap<string, NetworkFacts>,
  problems: Problems,
): readonly ContainerNetwork[] {
  const all = Object.entries(answer.NetworkSettings?.Networks ?? {});
  if (all.length > limits.maxContainerNetworks) {
    problems.add(`It is in ${all.length} networks; ${limits.maxContainerNetworks} are read.`);
  }
  return all.slice(0, limits.maxContainerNetworks).map(([name, value]) => {
    const attached = attachedAnswer.safeParse(value);
    const { IPAddress, GlobalIPv6Address, NetworkID } = attached.success
      ? attached.data
      : { IPAddress: '', GlobalIPv6Address: '', NetworkID: '' };
    const facts = known.get(NetworkID) ?? known.get(name);
    return {
      name: cut(oneLine(name), limits.maxContainerNameChars),
      driver: facts?.driver ?? driverOf(answer.HostConfig?.NetworkMode ?? '', name),
      isInternal: facts?.isInternal ?? false,
      addresses: [IPAddress, GlobalIPv6Address].filter(isAddress),
    };
  });
}

function lenderOf({ HostConfig }: InspectAnswer): string | null {
  const lender = /^container:(.+)$/.exec(HostConfig?.NetworkMode ?? '')?.[1] ?? '';
  return lender === '' || lender.length > limits.maxContainerNameChars ? null : lender;
}

/** What the mode of a container says of the network that bears its name. */
const driverOf = (mode: string, name: string): string =>
  name === mode && ['host', 'none', 'bridge'].includes(mode) ? mode : '';

/** One that can stand in a URL: without a zone. */
const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%');

/** What Compose says of a container of a service; a single run beside it (`compose run`) does not serve for it. */
function readCompose(labels: ReadonlyMap<string, string>): Pick<Container, 'project' | 'service'> {
  const isSingle = labels.get('com.docker.compose.oneoff')?.toLowerCase() === 'true';
  return {
    project: isSingle ? null : wordOf(labels, 'com.docker.compose.project'),
    service: isSingle ? null : wordOf(labels, 'com.docker.compose.service'),
  };
}

function wordOf(labels: ReadonlyMap<string, string>, name: string): string | null {
  const value = labels.get(name) ?? '';
  return value === '' || value.length > limits.maxContainerNameChars ? null : value;
}

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

const cut = (text: string, chars: number): string =>
  text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
