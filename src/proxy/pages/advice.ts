import { errorCatalogue, type HttpErrorCode } from '../../shared/errors.ts';
import { tooManyBackends } from '../../shared/model/frontend.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { Problem } from './pages.ts';
import { shellWord } from './text.ts';

/** A command that can be copied as it is. */
export interface Command {
  /** What it does: the beginning of a sentence that ends in a colon. */
  readonly purpose: string;
  readonly line: string;
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
  detail: string,
) => Command & { readonly sentence?: string };

/** The port of so many development servers that it may stand for all: what is copied then often works as it is. */
export const examplePort = 3000;

const look: Recipe = (name, context) => ({
  purpose: 'To see where this frontend points',
  line: redisCommand(context, 'lrange', `frontend:${name}`, '0', '-1'),
});

const recipes: { readonly [Code in HttpErrorCode]?: Recipe } = {
  BERTH_HOST_UNKNOWN: (name, context) => ({
    sentence: 'Add a frontend with this name, or correct the address.',
    purpose: `To send it to a server on port ${examplePort} of this machine`,
    line: addFrontend(name, context),
  }),
  BERTH_FRONTEND_EMPTY: (name, context) => ({
    sentence: 'Add a backend: the address of the server that is to answer.',
    purpose: `To send it to a server on port ${examplePort} of this machine`,
    line: addBackend(name, examplePort, context),
  }),
  BERTH_FRONTEND_INVALID: (name, context, detail) =>
    detail === tooManyBackends
      ? {
          sentence: 'Shorten the list: LTRIM keeps its beginning.',
          purpose: 'To see how long it is',
          line: redisCommand(context, 'llen', `frontend:${name}`),
        }
      : {
          purpose: 'To see what is stored there',
          line: redisCommand(context, 'type', `frontend:${name}`),
        },
  BERTH_BACKENDS_INVALID: look,
  BERTH_BACKENDS_DEAD: (name, context) => ({
    sentence: `Start one of them; a mark ends by itself after ${context.deadSeconds} s.`,
    purpose: 'To try them again at once',
    line: redisCommand(context, 'del', `dead:${name}`),
  }),
  BERTH_BACKENDS_DRAINED: (name, context) => ({
    sentence: 'Take one of them out of `drained` in the options of this frontend.',
    purpose: 'To see its options',
    line: redisCommand(context, 'get', `berth:options:${name}`),
  }),
  BERTH_LOOP: look,
  BERTH_BACKEND_REFUSED: look,
  BERTH_BACKEND_UNREACHABLE: look,
  BERTH_BACKEND_UNRESOLVED: look,
  BERTH_BACKEND_TLS: look,
  BERTH_BACKEND_PROTOCOL: look,
  BERTH_BACKEND_CONNECT_TIMEOUT: look,
};

/** The advice of the catalogue, with the host of this request filled in. */
export function adviceFor(problem: Problem, context: CommandContext): Advice {
  const general = errorCatalogue[problem.code].advice;
  const name = problem.frontend ?? problem.host;
  const recipe = recipes[problem.code];
  // A command is for pasting into a shell: no name goes into it that could not be a frontend.
  if (recipe === undefined || !isFrontendName(name)) return { sentence: general, command: null };
  const { sentence = general, purpose, line } = recipe(name, context, problem.detail);
  return { sentence, command: { purpose, line } };
}

const backendOn = (port: number): string => `http://127.0.0.1:${port}`;

/** Gives a host an identifier and its first backend. */
export function addFrontend(host: string, context: CommandContext): string {
  const [label = ''] = host.replace(/^\*\./, '').split('.');
  const identifier = /^\w/.test(label) ? label : host;
  return redisCommand(context, 'rpush', `frontend:${host}`, identifier, backendOn(examplePort));
}

/** Adds a backend to a frontend that has its identifier. */
export function addBackend(name: string, port: number, context: CommandContext): string {
  return redisCommand(context, 'rpush', `frontend:${name}`, backendOn(port));
}

/** Removes a frontend. */
export function removeFrontend(name: string, context: CommandContext): string {
  return redisCommand(context, 'del', `frontend:${name}`);
}

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
