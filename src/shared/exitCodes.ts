import { type ErrorCode, errorCatalogue, type HttpErrorCode } from './errors.ts';

/** What `berth` exits with, and what each number means. Stable: scripts depend on it. */
export const exitCodes = {
  ok: 0,
  other: 1,
  usage: 2,
  configuration: 3,
  port: 4,
  store: 5,
  notRunning: 6,
  unhealthy: 7,
  rights: 8,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'fine',
  1: 'something else failed',
  2: 'the command line is not valid',
  3: 'the configuration is not valid',
  4: 'a port is taken, or may not be bound',
  5: 'the store cannot be reached, or refuses',
  6: 'no instance runs, or it cannot be talked to',
  7: 'a backend is unhealthy, a wait timed out, or the doctor found a problem',
  8: 'the rights of an administrator are needed: the command for it was printed',
};

/** The exit code of each error that can end an instance or a command. */
const ofInstance: Readonly<Record<Exclude<ErrorCode, HttpErrorCode>, ExitCode>> = {
  BERTH_CONFIG_UNREADABLE: exitCodes.configuration,
  BERTH_CONFIG_INVALID: exitCodes.configuration,
  BERTH_DIRECTORY_UNUSABLE: exitCodes.configuration,
  BERTH_USER_REQUIRED: exitCodes.configuration,
  BERTH_ADDRESS_UNAVAILABLE: exitCodes.configuration,
  BERTH_PORT_TAKEN: exitCodes.port,
  BERTH_PORT_FORBIDDEN: exitCodes.port,
  BERTH_STORE_NOT_REACHED: exitCodes.store,
  BERTH_STORE_REFUSED: exitCodes.store,
  BERTH_ALREADY_RUNNING: exitCodes.other,
  BERTH_EMBEDDED_LOCKED: exitCodes.store,
  BERTH_EMBEDDED_CORRUPT: exitCodes.store,
  BERTH_WORKER_FAILED: exitCodes.other,
  BERTH_CRASH_LOOP: exitCodes.other,
  BERTH_NOT_RUNNING: exitCodes.notRunning,
  BERTH_CONTROL_FORBIDDEN: exitCodes.notRunning,
  BERTH_CONTROL_REFUSED: exitCodes.notRunning,
  BERTH_CONTROL_BUSY: exitCodes.notRunning,
  BERTH_CONTROL_FOREIGN: exitCodes.notRunning,
  BERTH_CONTROL_SILENT: exitCodes.notRunning,
  BERTH_CONTROL_VERSION: exitCodes.notRunning,
  BERTH_CONTROL_ENDED: exitCodes.notRunning,
  BERTH_CONTROL_UNUSABLE: exitCodes.notRunning,
  BERTH_INPUT_INVALID: exitCodes.usage,
  BERTH_FILTERS_BUSY: exitCodes.other,
  BERTH_REPLAYS_BUSY: exitCodes.other,
  BERTH_HOST_NOT_FOUND: exitCodes.other,
  BERTH_BACKEND_NOT_FOUND: exitCodes.other,
  BERTH_EDIT_NOT_FOUND: exitCodes.other,
  BERTH_CONFLICT: exitCodes.other,
  BERTH_PLAN_OUTDATED: exitCodes.other,
  BERTH_BACKEND_MAPPED: exitCodes.other,
  BERTH_CONTAINERS_OFF: exitCodes.other,
  BERTH_CONTAINER_NOT_FOUND: exitCodes.other,
  BERTH_CONTAINER_AMBIGUOUS: exitCodes.other,
  BERTH_CONTAINER_PORT: exitCodes.other,
  BERTH_CONTAINER_ENGINE_AWAY: exitCodes.other,
  BERTH_EXISTS: exitCodes.other,
  BERTH_FILE_UNUSABLE: exitCodes.other,
  BERTH_CA_UNUSABLE: exitCodes.other,
  BERTH_SERVICE_UNAVAILABLE: exitCodes.other,
  BERTH_UNHEALTHY: exitCodes.unhealthy,
  BERTH_HOST_NOT_ADDED: exitCodes.unhealthy,
};

const isOfInstance = (code: ErrorCode): code is keyof typeof ofInstance =>
  errorCatalogue[code].status === null;

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (isOfInstance(code)) return ofInstance[code];
  // The one error that a client of the proxy and a caller of the command line both can see.
  return code === 'BERTH_STORE_UNREACHABLE' ? exitCodes.store : exitCodes.other;
}
