import { handOverPath, rpcPath, subprotocols } from '../../shared/contract/wire.ts';
/** By which door a request came: the unix socket, which the file system guards, or the loopback port. */
export type Door = 'socket' | 'loopback';

/** What a request says of itself; fields as often as they were sent. */
export interface RequestFacts {
  readonly door: Door;
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  /** Sec-Fetch-Site, which no script can set: where in the browser the request comes from. */
  readonly sites: readonly string[];
  /** Whether a browser goes to it in a tab of its own (Sec-Fetch-Mode and -Dest, which no script can set). */
  readonly isNavigation: boolean;
  readonly authorizations: readonly string[];
  /** Names offered in Sec-WebSocket-Protocol. */
  readonly protocols: readonly string[];
  readonly contentTypes: readonly string[];
  readonly contentLength: number | null;
  readonly hasBody: boolean;
  readonly isUpgrade: boolean;
}

export interface GuardBounds {
  /** Of the loopback door. */
  readonly port: number;
  /** Whether a text is the token of this instance, in constant time. */
  readonly isToken: (text: string) => boolean;
  readonly maxBodyBytes: number;
  /** Targets of the interface beside its page. */
  readonly hasFile: (target: string) => boolean;
}

/** What an allowed request asks for. */
export type Asked =
  /** The page, or a file of it: nothing in them is secret. */
  | { readonly kind: 'page'; readonly target: string }
  /** The token, for a code that is its own proof. */
  | { readonly kind: 'handOver' }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'websocket' }
  /** Names of the contract, as `['hosts', 'list']`. */
  | { readonly kind: 'call'; readonly path: readonly string[] };

export type Verdict =
  | { readonly allowed: true; readonly asked: Asked }
  /** `reason` is one sentence for whoever sent it. */
  | { readonly allowed: false; readonly status: number; readonly reason: string };

/**
 * Decides whether a request to the control plane is answered. Browsers run pages of strangers on this machine: what
 * they can send is refused by where it comes from, before anything is read; who else may talk is told by the token, or
 * by the file system.
 */
export function decide(facts: RequestFacts, bounds: GuardBounds): Verdict {
  const asked = askedBy(facts, bounds);
  const stranger =
    facts.door === 'socket' ? anyBrowser(facts) : strangeOrigin(facts, asked, bounds.port);
  if (stranger !== null) return refuse(403, stranger);
  if (asked === null) return refuse(404, 'There is nothing at this address.');
  const wanted = takesBody(asked) ? 'POST' : 'GET';
  if (facts.method !== wanted && !(wanted === 'GET' && facts.method === 'HEAD')) {
    return refuse(405, `This address takes ${wanted}.`);
  }
  if (facts.isUpgrade !== (asked.kind === 'websocket')) {
    return asked.kind === 'websocket'
      ? refuse(426, 'This address takes a WebSocket.')
      : refuse(400, `A WebSocket is opened at ${rpcPath}.`);
  }
  if (facts.door === 'loopback' && asked.kind !== 'page' && asked.kind !== 'handOver') {
    const problem = tokenProblem(facts, bounds.isToken);
    if (problem !== null) return refuse(401, problem);
  }
  if (!facts.hasBody) return { allowed: true, asked };
  if (!takesBody(asked)) return refuse(400, 'This address takes no body.');
  const [type, ...moreTypes] = facts.contentTypes;
  if (type === undefined || moreTypes.length > 0 || !isJson(type)) {
    return refuse(415, 'The body has to be application/json.');
  }
  if (facts.contentLength !== null && facts.contentLength > bounds.maxBodyBytes) {
    return refuse(413, tooLarge(bounds.maxBodyBytes));
  }
  return { allowed: true, asked };
}

const takesBody = ({ kind }: Asked): boolean => kind === 'call' || kind === 'handOver';

export const tooLarge = (maxBytes: number): string => `The body is larger than ${maxBytes} bytes.`;

const refuse = (status: number, reason: string): Verdict => ({ allowed: false, status, reason });

/** On the socket nothing of a browser has any business: whoever forwards it to one would open it to every page. */
function anyBrowser({ origins, sites }: RequestFacts): string | null {
  return origins.length > 0 || sites.length > 0
    ? 'This socket is not for browsers; use the loopback address.'
    : null;
}

/** Where the request comes from, if that is not our own page and not a program. */
function strangeOrigin(
  { hosts, origins, sites, isNavigation }: RequestFacts,
  asked: Asked | null,
  port: number,
): string | null {
  const [host, ...moreHosts] = hosts;
  if (host === undefined || moreHosts.length > 0 || !ownHosts(port).has(host.toLowerCase())) {
    return `The Host field has to be one of ${[...ownHosts(port)].join(', ')}.`;
  }
  const [origin, ...moreOrigins] = origins;
  if (
    moreOrigins.length > 0 ||
    (origin !== undefined && origin !== `http://${host.toLowerCase()}`)
  ) {
    return 'Pages of other origins may not use this address.';
  }
  // A link to the page is no request of the page it stands on: it carries no token, and nobody but the person sees what
  // comes. `berth open` leads there through a file.
  const isLink = asked?.kind === 'page' && asked.target === '/' && isNavigation;
  if (sites.length > 1 || !(isLink || ownSites.has(sites[0] ?? 'none'))) {
    return 'Pages of other sites may not use this address; type it into the address bar.';
  }
  return null;
}

/** Whole values, never prefixes: `127.evil.com` and `127.0.0.1.evil.com` are names like any other. */
function ownHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set(names.map((name) => (port === 80 ? name : `${name}:${port}`)));
}

/** `none` is the address bar or a bookmark. `same-site` is another port of this machine: a stranger. */
const ownSites: ReadonlySet<string> = new Set(['same-origin', 'none']);

function askedBy({ door, target }: RequestFacts, { hasFile }: GuardBounds): Asked | null {
  // A browser may add a query to the page, as to break a cache; nothing else has one.
  if (target === '/' || target.startsWith('/?')) return { kind: 'page', target: '/' };
  if (hasFile(target)) return { kind: 'page', target };
  // Only a browser has use for it, and on the socket there is none.
  if (target === handOverPath) return door === 'loopback' ? { kind: 'handOver' } : null;
  if (target === '/metrics') return { kind: 'metrics' };
  if (target === rpcPath) return { kind: 'websocket' };
  const call = callTarget.exec(target);
  return call === null ? null : { kind: 'call', path: (call[1] ?? '').split('/') };
}

const callTarget = new RegExp(`^${rpcPath}/([a-zA-Z]{1,40}(?:/[a-zA-Z]{1,40})*)$`);

function tokenProblem(
  { authorizations, protocols, isUpgrade }: RequestFacts,
  isToken: (text: string) => boolean,
): string | null {
  const given = authorizations.map((value) => /^bearer +(\S+)$/i.exec(value)?.[1] ?? '');
  if (isUpgrade) {
    for (const name of protocols) {
      if (name.startsWith(subprotocols.tokenPrefix)) {
        given.push(name.slice(subprotocols.tokenPrefix.length));
      }
    }
  }
  if (given.length === 0) return 'The token of this instance is missing.';
  return given.length === 1 && given.every(isToken)
    ? null
    : 'This is not the token of this instance; it changes with every start.';
}

/** `application/json`, with any parameters. */
const isJson = (type: string): boolean => /^application\/json *(?:;|$)/i.test(type.trim());
