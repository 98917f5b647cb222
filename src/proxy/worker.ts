import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { limits } from '../shared/limits.ts';
import type { Log } from '../shared/messages.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import type { Finding } from '../shared/model/news.ts';
import type { WorkerSettings } from '../shared/model/settings.ts';
import { openChannel } from './channel.ts';
import type { Engine } from './engine.ts';
import { engineOf } from './engines/index.ts';
import { hearLibraries } from './libraryTalk.ts';
import { watchMemory } from './memory.ts';
import { listenerHintOf } from './pages/address.ts';
import { createPages } from './pages/createPages.ts';
import { collectAtRest } from './rest.ts';
import { createRouting } from './routing/index.ts';
import {
  type Asks,
  type Contexts,
  createAsks,
  createContexts,
  createSecureListeners,
  makeContext,
} from './tls/index.ts';
import { createRecorder } from './traffic/createRecorder.ts';

/** What runs in this process once the supervisor has said how. */
interface Running {
  readonly engine: Engine;
  readonly listeners: ReadonlyMap<number, ListenerSpec>;
  /** Resolves when the store was reached, or failed to be. */
  readonly storeTried: Promise<void>;
  /** Hears what other workers know. */
  told(serial: number, findings: readonly Finding[]): void;
  reread(names: readonly string[]): void;
  readonly asks: Asks;
  readonly contexts: Contexts;
  /** Finishes within `graceMs`; what it counted has been sent then. A second call can only hasten it. */
  finish(graceMs: number, idleMs: number): Promise<void>;
}

/** The entry of a worker process: it moves traffic, and lives no longer than its supervisor. */
function main(): void {
  if (process.send === undefined) {
    writeSync(2, 'berth: this file is started by the supervisor, not by hand\n');
    process.exit(2);
  }
  // A signal to the whole group, as Ctrl-C sends it, is for the supervisor to decide on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  let running: Running | null = null;
  const channel = openChannel(
    {
      send: (message, done) => process.send?.(message, undefined, undefined, done),
      listen: (hear) => process.on('message', hear),
    },
    {
      start: (settings) => {
        running ??= run(settings);
        // With a store that is away there is no reason to wait: this worker says so to its clients.
        void running.storeTried.then(() => channel.send({ type: 'ready' }));
      },
      connection: (socket, id) => {
        const listener = running?.listeners.get(id);
        if (running === null || listener === undefined) socket.destroy();
        else running.engine.take(socket, listener);
      },
      told: (serial, findings) => running?.told(serial, findings),
      reread: (names) => running?.reread(names),
      certified: (serial, answer) => running?.asks.told(serial, answer),
      recertify: (names) => running?.contexts.forget(names),
      drain: (graceMs, idleMs) => {
        void (running?.finish(graceMs, idleMs) ?? Promise.resolve()).then(() => process.exit(0));
      },
      open: () => running?.engine.openConnections ?? 0,
    },
  );

  function run(settings: WorkerSettings): Running {
    const log: Log = (level, message) => {
      if (level !== 'debug' || settings.debug) channel.send({ type: 'log', level, message });
    };
    hearLibraries(console, log);
    const clocks = {
      now: () => performance.now(),
      wallClock: Date.now,
      random: Math.random,
    };
    const recorder = createRecorder({
      send: (batch, dropped, done) => channel.send({ type: 'records', batch, dropped }, done),
    });
    const { gc } = globalThis;
    const routing = createRouting({
      ...settings,
      ...clocks,
      machineNow,
      log,
      instance: {
        tell: (news, done) => channel.send({ type: 'news', news }, () => done()),
        ask: (serial, names) => channel.send({ type: 'ask', serial, names }),
      },
    });
    routing.onState((state, detail) => channel.send({ type: 'store', state, detail }));
    const failed = new Promise<void>((resolve) => routing.onState(() => resolve()));
    const hint = listenerHintOf(settings.listeners);
    const pages = createPages({
      staticPages: settings.staticPages,
      suffixes: settings.suffixes,
      sharedSuffixes: settings.sharedSuffixes,
      version: settings.version,
      keyPrefix: settings.store.prefix,
      redisCli: settings.redisCli ?? '',
      deadSeconds: settings.deadBackendTtlSeconds,
      ...(hint === null ? {} : { listenerHint: hint }),
      ports: settings.listeners.map(({ port }) => port),
    });
    const { router, deaths } = routing;
    let certificateNoticeAt = 0;
    const asks = createAsks({
      send: (serial, question) => channel.send({ type: 'certify', serial, question }),
    });
    const contexts = createContexts({
      ask: asks.ask,
      make: makeContext,
      failed: (name, reason) => {
        if (clocks.now() < certificateNoticeAt) return;
        certificateNoticeAt = clocks.now() + limits.certificateNoticeMs;
        log('warn', `no certificate for ${name || 'clients that name no host'}: ${reason}`);
      },
      now: clocks.now,
      wallClock: clocks.wallClock,
    });
    const secure = createSecureListeners({
      contexts,
      ticketKeys: Buffer.from(settings.ticketKeys, 'base64'),
      handshakeMs: settings.headTimeoutMs,
    });
    const engine = engineOf(settings.engine)({
      ...{ settings, router, deaths, recorder, pages, secure, log },
      ...clocks,
    });
    const stopWatch = watchMemory({
      limitBytes: settings.memoryLimitBytes,
      checkMs: settings.memoryCheckMs,
      rss: () => process.memoryUsage.rss(),
      collect: gc === undefined ? null : () => gc(),
      over: (rssBytes) => channel.send({ type: 'over-memory', rssBytes }),
    });
    const stopRest =
      gc &&
      collectAtRest({
        restMs: limits.restMs,
        growthBytes: limits.restGrowthBytes,
        passed: () => recorder.taken,
        used: () => getHeapStatistics().used_heap_size,
        collect: async () => {
          // By itself, with nothing on the stack; where V8 does not know the flavour, it leaves it out.
          await gc({ type: 'major', execution: 'async', flavor: 'last-resort' });
        },
      });
    const close = async (): Promise<void> => {
      await recorder.close();
      await routing.close();
    };
    let finished: Promise<void> | null = null;
    return {
      engine,
      listeners: new Map(settings.listeners.map((listener) => [listener.id, listener])),
      storeTried: Promise.race([routing.ready(limits.storeFirstReachMs), failed]).then(() => {}),
      told: routing.told,
      reread: routing.reread,
      asks,
      contexts,
      finish: (graceMs, idleMs) => {
        stopWatch();
        stopRest?.();
        const drained = engine.drain(graceMs, idleMs);
        finished ??= drained.then(close);
        return finished;
      },
    };
  }
}

/** The same in every process, unlike `performance.now`, which begins with its own. */
function machineNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Nothing is known to be whole any more: the supervisor hears why from stderr, and starts another. */
function crash(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // The supervisor is gone, or does not read.
  }
  process.exit(1);
}

main();
