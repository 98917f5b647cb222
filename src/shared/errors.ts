/**
 * The catalogue of everything Berth refuses or fails with. A code is stable: it stands in error pages, logs,
 * exit messages and docs/ERRORS.md (a test holds that page against this list).
 */
export interface ErrorEntry {
  /** HTTP status of the answer, or null for an error that no client of the proxy sees. */
  readonly status: number | null;
  /** One line: what is the case. */
  readonly title: string;
  /** One or two sentences: what to do next. */
  readonly advice: string;
}

// Keeps whether there is a status in the type: HttpErrorCode is made of it.
const entry = <Status extends number | null>(
  status: Status,
  title: string,
  advice: string,
): ErrorEntry & { readonly status: Status } => ({ status, title, advice });

export const errorCatalogue = {
  // The request itself
  BERTH_REQUEST_MALFORMED: entry(
    400,
    'The request is not valid HTTP',
    'Send a request that follows RFC 9112; the connection was closed.',
  ),
  BERTH_HOST_MISSING: entry(
    400,
    'The request names no host',
    'Send a Host header, as HTTP/1.1 demands.',
  ),
  BERTH_HOST_INVALID: entry(
    400,
    'The Host header is not a host name',
    'Send one Host header with a name or address and, if you like, a port.',
  ),
  BERTH_HOST_UNKNOWN: entry(
    400,
    'No frontend has this name',
    'Add it: "berth add HOST PORT", or RPUSH frontend:HOST HOST http://127.0.0.1:PORT.',
  ),
  BERTH_TARGET_INVALID: entry(
    400,
    'The request target cannot be proxied',
    'Send a path, or an http:// or https:// address.',
  ),
  BERTH_METHOD_UNSUPPORTED: entry(
    501,
    'This method is not supported',
    'CONNECT is for plain connections to Berth, which it turns into tunnels to itself.',
  ),
  BERTH_TUNNEL_REFUSED: entry(
    501,
    'No tunnel leads there',
    'Berth is a proxy to its own hosts only, on ports 80 and 443 and those that it listens on: let everything else go without it.',
  ),
  BERTH_EXPECTATION_UNKNOWN: entry(
    417,
    'The expectation cannot be met',
    'Only "Expect: 100-continue" is known.',
  ),
  BERTH_REQUEST_TIMEOUT: entry(
    408,
    'The request did not arrive in time',
    'Send it again; the connection stood idle for too long.',
  ),
  BERTH_TARGET_TOO_LONG: entry(
    414,
    'The request target is too long',
    'Shorten the URL, or send the data in a body.',
  ),
  BERTH_HEAD_TOO_LARGE: entry(
    431,
    'The request header is too large',
    'Send fewer or smaller header fields; cookies are the usual cause.',
  ),
  BERTH_LOOP: entry(
    508,
    'The request came back to this proxy',
    'Point the backend at the server itself. Where that is a dev server that passes requests on, name its target by its own address, or set changeOrigin: true for one that is another host of Berth.',
  ),
  BERTH_OVERLOADED: entry(
    503,
    'The proxy has no room for this connection',
    'Try again in a moment; raise the limit of open files if this lasts.',
  ),
  // The frontend
  BERTH_FRONTEND_INVALID: entry(
    502,
    'This frontend is stored in a form that cannot be read',
    'It must be a list: an identifier, then backend URLs. See "berth lint HOST".',
  ),
  BERTH_BACKENDS_INVALID: entry(
    502,
    'No backend of this frontend is an address that can be used',
    'Correct what is named: a backend is http://HOST:PORT or https://HOST:PORT, and #0 stands after the identifier.',
  ),
  BERTH_FRONTEND_EMPTY: entry(
    502,
    'This frontend has no backend',
    'Add one: "berth add HOST PORT", or RPUSH frontend:HOST http://127.0.0.1:PORT.',
  ),
  BERTH_BACKENDS_DEAD: entry(
    502,
    'Every backend of this frontend is marked dead',
    'Start one of them; a mark ends by itself after deadBackendTTL seconds, or by "berth health revive HOST".',
  ),
  BERTH_BACKENDS_DRAINED: entry(
    503,
    'Every backend of this frontend is drained',
    'Draining lasts until it is ended: "berth health revive HOST".',
  ),
  BERTH_HOST_PAUSED: entry(
    503,
    'This host is paused',
    'Whoever runs this Berth can resume it: "berth set HOST --resume".',
  ),
  BERTH_CONTAINER_STARTING: entry(
    503,
    'The container of this host is starting',
    'Ask again in a moment: browsers do so by themselves, other clients after Retry-After seconds.',
  ),
  BERTH_CONTAINER_STOPPED: entry(
    502,
    'The container of this host does not run',
    'Start it, or map the host to another: "berth map HOST CONTAINER".',
  ),
  BERTH_CONTAINER_UNREACHABLE: entry(
    502,
    'The container of this host cannot be reached',
    'See why: "berth containers CONTAINER" says what would help.',
  ),
  BERTH_STORE_UNREACHABLE: entry(
    503,
    'The store of frontends cannot be reached',
    'Berth serves the hosts it already knows and keeps trying; check the driver setting and the Redis server.',
  ),
  // The backend
  BERTH_BACKEND_REFUSED: entry(
    502,
    'The backend refused the connection',
    'Nothing listens there: start the server, or correct its port.',
  ),
  BERTH_BACKEND_UNREACHABLE: entry(
    502,
    'The backend cannot be reached',
    'Check its address and the network between.',
  ),
  BERTH_BACKEND_UNRESOLVED: entry(
    502,
    'The name of the backend does not resolve',
    'Check the host name in the backend URL.',
  ),
  BERTH_BACKEND_TLS: entry(
    502,
    'The secure connection to the backend failed',
    'Check the certificate of the backend.',
  ),
  BERTH_BACKEND_RESET: entry(
    502,
    'The backend closed the connection without an answer',
    'Look into its log: it crashed or stopped.',
  ),
  BERTH_BACKEND_PROTOCOL: entry(
    502,
    'The backend did not answer with valid HTTP',
    'Check that the port speaks HTTP, and http:// or https:// as it is written.',
  ),
  BERTH_BACKEND_TIMEOUT: entry(
    504,
    'The backend did not answer in time',
    'It accepted the request and stayed silent for tcpTimeout seconds.',
  ),
  BERTH_BACKEND_BUSY: entry(
    503,
    'All connections to the backend are in use',
    'Look for slow uploads and slow answers; raise maxSockets if the backend can take more at a time.',
  ),
  BERTH_BACKEND_CONNECT_TIMEOUT: entry(
    504,
    'The backend did not accept the connection in time',
    'Check its address: a firewall or a stopped machine swallows packets.',
  ),
  // The instance (never seen by a client of the proxy)
  BERTH_CONFIG_UNREADABLE: entry(
    null,
    'The configuration file cannot be read',
    'Check the path and its permissions.',
  ),
  BERTH_CONFIG_INVALID: entry(
    null,
    'The configuration is not valid',
    'Correct the keys that are named.',
  ),
  BERTH_DIRECTORY_UNUSABLE: entry(
    null,
    'A directory of Berth cannot be used',
    'Correct its owner and rights, or name another with BERTH_HOME.',
  ),
  BERTH_USER_REQUIRED: entry(
    null,
    'Berth was started as root without a user to become',
    'Set "user" and "group" in the configuration, or "root" to stay root.',
  ),
  BERTH_PORT_TAKEN: entry(null, 'A port is taken', 'Stop its owner, or choose another port.'),
  BERTH_PORT_FORBIDDEN: entry(
    null,
    'A port may not be bound',
    'Ports below 1024 need a privilege: "berth setup --ports" on Linux, a loopback address on macOS; or choose a higher one.',
  ),
  BERTH_ADDRESS_UNAVAILABLE: entry(
    null,
    'An address does not exist on this machine',
    'Correct the "bind" setting.',
  ),
  BERTH_STORE_NOT_REACHED: entry(
    null,
    'This store cannot be reached',
    'Check the address that is named, and that its server runs.',
  ),
  BERTH_STORE_REFUSED: entry(
    null,
    'The store did not let Berth in',
    'Check user, password and database of its address: "driver" in the configuration, or what the command names.',
  ),
  BERTH_ALREADY_RUNNING: entry(
    null,
    'An instance of Berth runs here already',
    'Look at it with "berth status", end it with "berth stop", or give this one a BERTH_HOME of its own.',
  ),
  BERTH_EMBEDDED_LOCKED: entry(
    null,
    'The embedded store is in use',
    'End what uses it: "berth stop" if it is an instance; a second one beside it takes a BERTH_HOME of its own.',
  ),
  BERTH_EMBEDDED_CORRUPT: entry(
    null,
    'The embedded store cannot be read',
    'The message names the file and the offset; move the file away or repair it.',
  ),
  BERTH_WORKER_FAILED: entry(
    null,
    'A worker could not start',
    'The reason stands beside; what ran before goes on.',
  ),
  BERTH_CRASH_LOOP: entry(
    null,
    'A worker crashes again and again',
    'The reason stands beside; Berth goes on trying with growing pauses.',
  ),
  // What a person asks of an instance
  BERTH_NOT_RUNNING: entry(
    null,
    'No instance of Berth runs here',
    'Start one with "berth --headless"; the command looks where BERTH_HOME or the user\'s directories say.',
  ),
  BERTH_CONTROL_FORBIDDEN: entry(
    null,
    'The instance belongs to somebody else',
    'Run the command as the user who started the instance; an instance of your own takes a BERTH_HOME of its own.',
  ),
  BERTH_CONTROL_REFUSED: entry(
    null,
    'The instance did not let the command in',
    'The reason stands beside; a token is in the control.token of the instance, and changes with every start.',
  ),
  BERTH_CONTROL_BUSY: entry(
    null,
    'Too many talk to the instance at the same time',
    'End a "berth logs --follow" or a "berth top" that nobody reads, or ask again in a moment.',
  ),
  BERTH_CONTROL_FOREIGN: entry(
    null,
    'Another program answers where the instance should',
    "End that program, or correct the address; the command looks where BERTH_HOME or the user's directories say.",
  ),
  BERTH_CONTROL_SILENT: entry(
    null,
    'The instance does not answer',
    'Ask again in a moment; if it stays silent, end its process and start it again.',
  ),
  BERTH_CONTROL_VERSION: entry(
    null,
    'The instance is of another version than this command',
    'End the process that is named and start it again with this version, or use the command of that version.',
  ),
  BERTH_CONTROL_ENDED: entry(
    null,
    'The connection to the instance ended',
    'The instance stopped, or ended it: see "berth status" whether it runs, and ask again.',
  ),
  BERTH_CONTROL_UNUSABLE: entry(
    null,
    'The instance cannot do what it was asked for',
    'The reason stands beside; the log of the instance may say more.',
  ),
  BERTH_INPUT_INVALID: entry(
    null,
    'What was asked for is not valid',
    'Correct what is named, and ask again.',
  ),
  BERTH_FILTERS_BUSY: entry(
    null,
    'Too many look at the traffic at the same time',
    'End a "berth logs --follow" that nobody reads, or ask again in a moment.',
  ),
  BERTH_REPLAYS_BUSY: entry(
    null,
    'Too many requests are sent again at the same time',
    'Wait for the others, or cancel one of them.',
  ),
  BERTH_HOST_NOT_FOUND: entry(
    null,
    'There is no such frontend',
    'See "berth hosts" for those that there are.',
  ),
  BERTH_BACKEND_NOT_FOUND: entry(
    null,
    'There is no such backend',
    'Name one that the host has, or add it: "berth add HOST URL".',
  ),
  BERTH_EDIT_NOT_FOUND: entry(
    null,
    'There is no such edit',
    'See "berth edits" for those that can be taken back.',
  ),
  BERTH_CONFLICT: entry(
    null,
    'Somebody else changed this at the same time',
    'Nothing was overwritten: look at what is there now, and decide anew.',
  ),
  BERTH_PLAN_OUTDATED: entry(
    null,
    'What was shown is not what would be done now',
    'Nothing was changed: look again, and agree to what is shown then.',
  ),
  BERTH_BACKEND_MAPPED: entry(
    null,
    'A container is mapped to this host',
    'End that with "berth unmap HOST", or at the container when its labels ask for the host.',
  ),
  BERTH_CONTAINERS_OFF: entry(
    null,
    'This instance does not look for containers',
    'Switch it on: "berth config set containers.enabled true".',
  ),
  BERTH_CONTAINER_NOT_FOUND: entry(
    null,
    'There is no such container',
    'See "berth containers" for those that are known.',
  ),
  BERTH_CONTAINER_AMBIGUOUS: entry(
    null,
    'More than one container may be meant',
    'Name it as PROJECT/SERVICE, by its whole name, or with --engine.',
  ),
  BERTH_CONTAINER_PORT: entry(
    null,
    'Which port of the container is meant cannot be told',
    'Name it: "berth map HOST CONTAINER:PORT".',
  ),
  BERTH_CONTAINER_ENGINE_AWAY: entry(
    null,
    'No container engine can be asked',
    'See "berth containers" for the reason; start the engine, or name it in the setting containers.engines.',
  ),
  BERTH_EXISTS: entry(
    null,
    'Something else is there already',
    'Nothing was written: --replace overwrites what is there.',
  ),
  BERTH_FILE_UNUSABLE: entry(
    null,
    'A file cannot be read or written',
    'The reason stands beside; correct the path or its rights.',
  ),
  BERTH_CA_UNUSABLE: entry(
    null,
    'The local CA cannot be used',
    'Put the file that is named back from a copy; or move its whole directory away for a new CA, which has to be trusted anew.',
  ),
  BERTH_SERVICE_UNAVAILABLE: entry(
    null,
    'The service manager of this system cannot be used',
    'The reason stands beside; "berth service install --dry-run" prints what it would be given.',
  ),
  BERTH_UNHEALTHY: entry(
    null,
    'A backend is down, or did not come up in time',
    'See "berth health" for the reason, and start it.',
  ),
  BERTH_HOST_NOT_ADDED: entry(
    null,
    'The frontend was not added in time',
    'Add it: "berth add HOST PORT".',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Errors that a client of the proxy is answered with. */
export type HttpErrorCode = {
  [C in ErrorCode]: (typeof errorCatalogue)[C]['status'] extends number ? C : never;
}[ErrorCode];

/** The one error class of Berth: a code of the catalogue, and a detail that names what was wrong. */
export class BerthError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  override readonly name = 'BerthError';

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${errorCatalogue[code].title}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  get advice(): string {
    return errorCatalogue[this.code].advice;
  }
}
