import { createServer, type Server } from 'node:net';
import type { Engine } from '../../src/proxy/engine.ts';
import { engineOf } from '../../src/proxy/engines/index.ts';
import type { LocalAnswer, Pages, Problem } from '../../src/proxy/pages/pages.ts';
import { factOf } from '../../src/proxy/routing/readings.ts';
import type { Resolution, Route } from '../../src/proxy/routing/route.ts';
import {
  type Contexts,
  createContexts,
  createSecureListeners,
  makeContext,
} from '../../src/proxy/tls/index.ts';
import { errorCatalogue } from '../../src/shared/errors.ts';
import type { Backend } from '../../src/shared/model/backend.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../src/shared/model/certificate.ts';
import type { ConnectionFailure } from '../../src/shared/model/dead.ts';
import { lookupNames } from '../../src/shared/model/hostname.ts';
import type { ListenerSpec, ManagedTls, TlsMaterial } from '../../src/shared/model/listener.ts';
import type { RequestRecord } from '../../src/shared/model/record.ts';
import type { WorkerSettings } from '../../src/shared/model/settings.ts';
import { makeCertificate } from './certificates.ts';
import { eventually } from './eventually.ts';
import { startHttp2Bridge } from './http2Bridge.ts';
import { clientsSpeakHttp2 } from './testedEngine.ts';
import { aWorkerSettings } from './workerSettings.ts';

/** An engine behind real ports, with everything it works with held in memory. */
export interface Harness {
  readonly engine: Engine;
  readonly port: number;
  /** Of the HTTPS listener; 0 without one. */
  readonly securePort: number;
  readonly settings: WorkerSettings;
  /** Bytes that were read from each connection that the engine was given, in their order. */
  readBytes(): readonly number[];
  readonly contexts: Contexts;
  readonly records: readonly RequestRecord[];
  readonly problems: readonly Problem[];
  readonly failed: readonly { readonly url: string; readonly reason: ConnectionFailure }[];
  readonly answered: readonly {
    readonly url: string;
    readonly status: number;
    readonly retryAfter: boolean;
  }[];
  /** Frontends by name: an identifier, then backend URLs. */
  readonly frontends: Map<string, readonly string[]>;
  /** The JSON beside a frontend's list, by its name. */
  readonly frontendOptions: Map<string, string>;
  /** URLs that count as dead. */
  readonly dead: Set<string>;
  /** What the next lookups find instead of the frontends. */
  resolve: ((host: string) => Resolution | Promise<Resolution> | null) | null;
  /** What `random` gives; 0 picks the first live backend. */
  random: number;
  /** Waits until this many requests are recorded. */
  recorded(count: number): Promise<readonly RequestRecord[]>;
  /** Drains, and fails when anything is left open. */
  stop(graceMs?: number): Promise<void>;
}

export interface HarnessOptions {
  readonly frontends?: Readonly<Record<string, readonly string[]>>;
  /** The JSON beside a frontend's list, by its name. */
  readonly frontendOptions?: Readonly<Record<string, string>>;
  readonly settings?: Partial<WorkerSettings>;
  readonly tls?: TlsMaterial | ManagedTls;
  /** What the supervisor says of a certificate; that there is none, when left out. */
  readonly certify?: (question: CertificateQuestion) => Promise<CertificateAnswer>;
  /** In place of bare error codes. */
  readonly pages?: Pages;
  /** The port that its listener is said to have, where nothing listens: connections are given to the engine itself. */
  readonly pretendedPort?: number;
}

const bytesOf = (handle: unknown): number => {
  const bytes: unknown =
    typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'bytesRead') : 0;
  return typeof bytes === 'number' ? bytes : 0;
};

const text = (status: number, body: string): LocalAnswer => ({
  status,
  headers: ['content-type', 'text/plain', 'content-length', String(Buffer.byteLength(body))],
  body: Buffer.from(body),
});

/** Starts an engine; every listener is an own server that hands its connections over, as the supervisor does. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const records: RequestRecord[] = [];
  const problems: Problem[] = [];
  const failed: { url: string; reason: ConnectionFailure }[] = [];
  const answered: { url: string; status: number; retryAfter: boolean }[] = [];
  const frontends = new Map(Object.entries(options.frontends ?? {}));
  const frontendOptions = new Map(Object.entries(options.frontendOptions ?? {}));
  const dead = new Set<string>();
  const pages: Pages = {
    error(problem, accept) {
      problems.push(problem);
      if (options.pages !== undefined) return options.pages.error(problem, accept);
      return text(errorCatalogue[problem.code].status ?? 500, `${problem.code}\n`);
    },
    hostRefused: (refusal) =>
      options.pages?.hostRefused(refusal) ?? text(refusal.status, refusal.check.server),
    ping: () => text(200, 'ok'),
    welcome: (asked, accept) => {
      if (options.pages !== undefined) return options.pages.welcome(asked, accept);
      return asked.host === 'welcome.dev.local' ? text(200, 'welcome') : null;
    },
  };
  const lookup = (host: string): Resolution => {
    for (const name of lookupNames(host)) {
      const list = frontends.get(name);
      if (list === undefined) continue;
      const fact = factOf(name, list, frontendOptions.get(name) ?? null);
      if (fact.kind === 'absent') continue;
      if (fact.kind === 'invalid') return fact;
      const route: Route = {
        frontend: fact.frontend,
        options: fact.options,
        candidates: fact.candidates,
        host,
        isDead: (backend: Backend) => dead.has(backend.url),
        deathOf: ({ url }: Backend) =>
          dead.has(url) ? { reason: 'refused', leftMs: 30_000 } : null,
      };
      return { kind: 'route', route, source: 'cache' };
    }
    return { kind: 'unknown' };
  };
  const state: Pick<Harness, 'resolve' | 'random'> = { resolve: null, random: 0 };

  const servers: Server[] = [];
  const handles: unknown[] = [];
  const listeners: ListenerSpec[] = [];
  const taken: { engine: Engine | null } = { engine: null };
  const open = async (id: number, tls: ListenerSpec['tls']): Promise<number> => {
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const listener = listeners.find((spec) => spec.id === id);
      if (listener === undefined) return;
      // An engine may put a socket of its own in this one's place.
      handles.push(Reflect.get(socket, '_handle'));
      taken.engine?.take(socket, listener);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    servers.push(server);
    listeners.push({ id, address: '127.0.0.1', port: address.port, tls });
    return address.port;
  };
  const pretend = (port: number): number => {
    listeners.push({ id: 1, address: '127.0.0.1', port, tls: null });
    return port;
  };
  const { pretendedPort } = options;
  const plainPort = pretendedPort === undefined ? await open(1, null) : pretend(pretendedPort);
  const tls = options.tls ?? (clientsSpeakHttp2 ? { ca: [], ...makeCertificate() } : undefined);
  const securePort = tls === undefined ? 0 : await open(2, tls);
  const bridge = clientsSpeakHttp2 ? await startHttp2Bridge(securePort) : null;
  const port = bridge?.port ?? plainPort;
  const settings = aWorkerSettings({ listeners, ...options.settings });
  const contexts = createContexts({
    ask: options.certify ?? (async () => ({ kind: 'none' })),
    make: makeContext,
    failed: () => {},
    wallClock: Date.now,
    now: () => performance.now(),
  });
  const engine = engineOf(settings.engine)({
    secure: createSecureListeners({
      contexts,
      ticketKeys: Buffer.from(settings.ticketKeys, 'base64'),
      handshakeMs: settings.headTimeoutMs,
    }),
    settings,
    router: { resolve: (host) => state.resolve?.(host) ?? lookup(host) },
    deaths: {
      failed(route, backend, reason) {
        failed.push({ url: backend.url, reason });
        if (route.frontend.size > 1) dead.add(backend.url);
      },
      answered(_route, backend, status, retryAfter) {
        answered.push({ url: backend.url, status, retryAfter });
      },
    },
    recorder: { add: (record) => void records.push(record) },
    pages,
    now: () => performance.now(),
    wallClock: () => Date.now(),
    random: () => state.random,
    log: () => {},
  });
  taken.engine = engine;

  return {
    engine,
    port,
    securePort,
    settings,
    readBytes: () => handles.map(bytesOf),
    contexts,
    records,
    problems,
    failed,
    answered,
    frontends,
    frontendOptions,
    dead,
    get resolve() {
      return state.resolve;
    },
    set resolve(next) {
      state.resolve = next;
    },
    get random() {
      return state.random;
    },
    set random(next) {
      state.random = next;
    },
    async recorded(count) {
      await eventually(`${count} records`, () => records.length >= count);
      return records;
    },
    async stop(graceMs = 5000) {
      bridge?.close();
      for (const server of servers) server.close();
      await engine.drain(graceMs);
      if (engine.openConnections !== 0) throw new Error('client connections are still open');
    },
  };
}
