import { errorCatalogue, type HttpErrorCode } from '../../shared/errors.ts';
import { tooManyBackends } from '../../shared/model/frontend.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { Problem } from './pages.ts';
import { shellWord } from './text.ts';

/** A command that can be copied as it is. */
export interface Command {
  /** What it does: the beginning of a sentence that ends in a colon. */
  readonly purpose: string;
  /** By `berth`, which finds its instance by itself. */
  readonly line: string;
  /** The same by `redis-cli`, for whoever has the store and not the command line; null where it has no one command. */
  readonly redis: string | null;
}

/** What to do next: a sentence, and a command where one helps. */
export interface Advice {
  readonly sentence: string;
  readonly command: Command | null;
}

export interface CommandContext {
  /** Arguments by which redis-cli reaches the store, as `-p 6390`, or empty. */
  readonly redisCli: string;
  /** Stands in front of every key. */
  readonly keyPrefix: string;
  /** Seconds after which a dead mark ends by itself. */
  readonly deadSeconds: number;
}

type Recipe = (
  name: string,
  context: CommandContext,
  problem: Problem,
  reloads: boolean,
) => Command & { readonly sentence?: string };

/** The port of so many development servers that it may stand for all: what is copied then often works as it is. */
export const examplePort = 3000;

const sendPurpose = `To send it to a server on port ${examplePort} of this machine`;

const look: Recipe = (name, context) => ({
  purpose: 'To see where this frontend points',
  line: berthCommand('health', name),
  redis: redisCommand(context, 'lrange', `frontend:${name}`, '0', '-1'),
});

const recipes: { readonly [Code in HttpErrorCode]?: Recipe } = {
  BERTH_HOST_UNKNOWN: (name, context) => ({
    sentence: 'Add a frontend with this name, or correct the address.',
    purpose: sendPurpose,
    ...addFrontend(name, context),
  }),
  BERTH_FRONTEND_EMPTY: (name, context) => ({
    sentence: 'Add a backend: the address of the server that is to answer.',
    purpose: sendPurpose,
    ...addBackend(name, examplePort, context),
  }),
  BERTH_FRONTEND_INVALID: (name, context, { detail }) =>
    detail === tooManyBackends
      ? {
          sentence: 'Shorten the list.',
          purpose: 'To see what is stored there',
          line: berthCommand('lint', name),
          redis: redisCommand(context, 'llen', `frontend:${name}`),
        }
      : {
          sentence: 'It must be a list: an identifier, then backend URLs.',
          purpose: 'To see what is stored there',
          line: berthCommand('lint', name),
          redis: redisCommand(context, 'type', `frontend:${name}`),
        },
  BERTH_BACKENDS_INVALID: (name, context) => ({
    purpose: 'To see what is stored there',
    line: berthCommand('lint', name),
    redis: redisCommand(context, 'lrange', `frontend:${name}`, '0', '-1'),
  }),
  BERTH_BACKENDS_DEAD: (name, context) => ({
    sentence: `Start one of them; a mark ends by itself after ${context.deadSeconds} s.`,
    purpose: 'To try them again at once',
    line: berthCommand('health', 'revive', name),
    redis: redisCommand(context, 'del', `dead:${name}`),
  }),
  BERTH_BACKENDS_DRAINED: (name) => ({
    sentence: 'Draining lasts until it is ended.',
    purpose: 'To send requests to them again',
    line: berthCommand('health', 'revive', name),
    redis: null,
  }),
  BERTH_HOST_PAUSED: (name) => ({
    sentence: 'Whoever runs this Berth paused it, and can resume it in the app or by a command.',
    purpose: 'To resume it',
    line: berthCommand('set', name, '--resume'),
    redis: null,
  }),
  BERTH_CONTAINER_STARTING: (name, _context, { container }, reloads) => {
    const seconds = Math.ceil((container?.awaitedMs ?? 0) / 1000);
    return {
      ...(reloads
        ? { sentence: `This page loads again by itself, for ${seconds} s at most.` }
        : {}),
      purpose: 'To see whether it comes up',
      line: berthCommand('health', name),
      redis: null,
    };
  },
  BERTH_CONTAINER_STOPPED: (name, _context, { container }) => {
    const start = container === undefined ? null : startCommand(container);
    return start === null
      ? {
          purpose: 'To see what this host is mapped to',
          line: berthCommand('containers'),
          redis: null,
        }
      : {
          sentence: `Start it, or map ${name} to another.`,
          purpose: 'To start it',
          line: start,
          redis: null,
        };
  },
  BERTH_CONTAINER_UNREACHABLE: () => ({
    purpose: 'To see why',
    line: berthCommand('containers'),
    redis: null,
  }),
  BERTH_LOOP: look,
  BERTH_BACKEND_REFUSED: look,
  BERTH_BACKEND_UNREACHABLE: look,
  BERTH_BACKEND_UNRESOLVED: look,
  BERTH_BACKEND_TLS: look,
  BERTH_BACKEND_PROTOCOL: look,
  BERTH_BACKEND_CONNECT_TIMEOUT: look,
};

/**
 * The advice of the catalogue, with the host of this request filled in.
 *
 * @param reloads whether the page that it stands in loads again by itself
 */
export function adviceFor(problem: Problem, context: CommandContext, reloads: boolean): Advice {
  const general = errorCatalogue[problem.code].advice;
  const name = problem.frontend ?? problem.host;
  const recipe = recipes[problem.code];
  // A command is for pasting into a shell: no name goes into it that could not be a frontend.
  if (recipe === undefined || !isFrontendName(name)) return { sentence: general, command: null };
  const { sentence = general, ...command } = recipe(name, context, problem, reloads);
  return { sentence, command };
}

/** The two ways to do one thing. */
type Lines = Pick<Command, 'line' | 'redis'>;

/** Starts what a mapping calls `web of shop`, or by its name; null when that is no name of an engine. */
function startCommand({
  what,
  engine,
}: {
  readonly what: string;
  readonly engine: string;
}): string | null {
  const name = '([A-Za-z0-9][\\w.-]*)';
  const [, service, project] = new RegExp(`^${name}(?: of ${name})?$`).exec(what) ?? [];
  if (service === undefined) return null;
  return project === undefined
    ? `${engine} start ${service}`
    : `${engine} compose -p ${project} start ${service}`;
}

const backendOn = (port: number): string => `http://127.0.0.1:${port}`;

/** Gives a host its first backend; by Redis, an identifier too. */
export function addFrontend(host: string, context: CommandContext): Lines {
  const [label = ''] = host.replace(/^\*\./, '').split('.');
  const identifier = /^\w/.test(label) ? label : host;
  return {
    line: berthCommand('add', host, String(examplePort)),
    redis: redisCommand(context, 'rpush', `frontend:${host}`, identifier, backendOn(examplePort)),
  };
}

/** Adds a backend to a frontend that has its identifier. */
export function addBackend(name: string, port: number, context: CommandContext): Lines {
  return {
    line: berthCommand('add', name, String(port)),
    redis: redisCommand(context, 'rpush', `frontend:${name}`, backendOn(port)),
  };
}

/** Removes a frontend. */
export function removeFrontend(name: string, context: CommandContext): Lines {
  return {
    line: berthCommand('rm', name),
    redis: redisCommand(context, 'del', `frontend:${name}`),
  };
}

export const berthCommand = (...words: readonly string[]): string =>
  ['berth', ...words.map(shellWord)].join(' ');

/** A host, a wildcard under one, or `*`. */
function isFrontendName(name: string): boolean {
  if (name === '*') return true;
  const parsed = parseHost(name.startsWith('*.') ? name.slice(2) : name);
  return parsed.ok && parsed.port === null;
}

function redisCommand(
  { redisCli, keyPrefix }: CommandContext,
  command: string,
  key: string,
  ...values: readonly string[]
): string {
  return [
    redisCli === '' ? 'redis-cli' : `redis-cli ${redisCli}`,
    command,
    ...[`${keyPrefix}${key}`, ...values].map(shellWord),
  ].join(' ');
}
