import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { limits } from '../../shared/limits.ts';
import type { Log, LogLevel, StoreState, ToWorker } from '../../shared/messages.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../shared/model/certificate.ts';
import type { Finding, News } from '../../shared/model/news.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { readRecords } from '../../shared/model/recordBatch.ts';
import type { WorkerSettings } from '../../shared/model/settings.ts';
import type { Arrival } from './arrival.ts';
import type { Candidate } from './choice.ts';
import { createLineCutter, namesReason, type WorkerEnd } from './endReason.ts';
import { parseFromWorker } from './fromWorker.ts';
import { createHandover } from './handover.ts';

const workerFlags = [
  // For the memory watch.
  '--expose-gc',
  // Below it, V8 collects the young generation only. Buffers that pass through count against the size of the heap; by
  // its own reckoning V8 then marks all of a small heap every 20 ms, which makes a large body a third dearer.
  `--initial-old-space-size=${limits.quietHeapMegabytes}`,
  `--max-semi-space-size=${limits.youngHeapMegabytes}`,
];

type WorkerState = 'starting' | 'ready' | 'draining' | 'gone';

/** What a worker process tells those who keep it. */
export interface WorkerEvents {
  ready(): void;
  /** Its number of connections changed. */
  load(): void;
  records(records: readonly RequestRecord[], dropped: number): void;
  /** It read something of the store, or heard that it changed. Returns names that it shall read. */
  learned(news: readonly News[]): readonly string[];
  /** It needs to know what others know of these names. */
  asked(names: readonly string[]): readonly Finding[];
  /** It needs a certificate. Never rejects. */
  certify(question: CertificateQuestion): Promise<CertificateAnswer>;
  /** It has something to tell a person. */
  said(pid: number, level: LogLevel, message: string): void;
  overMemory(rssBytes: number): void;
  /** It is gone, and everything it had sent was heard. `back`: connections that it never took. */
  end(end: WorkerEnd, back: readonly Arrival[]): void;
}

/** One worker process. */
export interface WorkerProcess {
  /** 0 when the process could not be made. */
  readonly pid: number;
  readonly state: WorkerState;
  /** How long it has lived, ms. */
  readonly ageMs: number;
  readonly storeState: StoreState;
  /** Monotonic ms since when. */
  readonly storeStateSince: number;
  candidate(now: number): Candidate;
  give(arrival: Arrival): void;
  /** Tells it that certificates of these names are others by now; null: all. */
  recertify(names: readonly string[] | null): void;
  /** To be called every `limits.workerHeartbeatMs`: asks for a sign of life, and kills one that gave none for too long. */
  beat(): void;
  /**
   * Takes no more connections, finishes what runs within `graceMs`, leaves; is killed when it does not. A second call
   * can only hasten it.
   *
   * @param idleMs for how long connections without a request may still bring one
   */
  drain(graceMs: number, idleMs: number): void;
  /** @param cause what the log will say it ended for, as half a sentence */
  kill(cause: string): void;
}

export interface WorkerProcessOptions {
  /** Path of the worker's bundle. */
  readonly file: string;
  readonly settings: WorkerSettings;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly log: Log;
}

/** Milliseconds after the end of a process in which its pipes must have closed too. */
const pipesCloseMs = 1000;

/** Starts a worker process; failures, also to make the process, are told by `events.end`, never thrown. */
export function startWorkerProcess(
  { file, settings, now, log }: WorkerProcessOptions,
  events: WorkerEvents,
): WorkerProcess {
  const startedAt = now();
  let state: WorkerState = 'starting';
  let open = 0;
  let storeState: StoreState = 'connecting';
  let storeStateSince = startedAt;
  let silentBeats = 0;
  let lastLine: string | null = null;
  let cause: string | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  /** When a worker that drains is killed. */
  let killAt = Number.POSITIVE_INFINITY;

  const child = makeProcess();
  const pid = child?.pid ?? 0;
  const handover = createHandover(send, now);

  if (child !== null) attach(child);

  function makeProcess(): ChildProcess | null {
    try {
      return fork(file, [], {
        // The parent's own flags (a debugger's port, say) are not for its workers.
        execArgv: workerFlags,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // Its own directory may be closed to the user that privileges were dropped to.
        cwd: '/',
      });
    } catch (error) {
      cause = `it could not be started: ${messageOf(error)}`;
      setImmediate(finish, null, null);
      return null;
    }
  }

  function attach(process: ChildProcess): void {
    process.on('message', hear);
    process.on('error', (error) => {
      // Without a process there will be no exit either.
      if (process.pid !== undefined) return;
      cause ??= `it could not be started: ${messageOf(error)}`;
      finish(null, null);
    });
    process.once('exit', (code, signal) => {
      setTimeout(finish, pipesCloseMs, code, signal).unref();
    });
    process.once('close', finish);
    process.stderr?.setEncoding('utf8');
    process.stderr?.on(
      'data',
      createLineCutter((line) => {
        if (namesReason(line)) lastLine = line;
        log('error', `worker ${pid}: ${line}`);
      }),
    );
    process.stderr?.on('error', () => {});
    killTimer = setTimeout(() => {
      // What it sent while this process was busy is read first.
      setImmediate(() => {
        if (state === 'starting') kill(`it was not ready within ${limits.workerStartMs} ms`);
      });
    }, limits.workerStartMs);
    send({ type: 'start', settings });
  }

  function send(message: ToWorker, socket?: Socket): void {
    if (child?.connected !== true) return;
    // What cannot be sent is not lost: the process is ending, and `end` gives back what it did not acknowledge.
    const ignore = (): void => {};
    if (socket === undefined) child.send(message, ignore);
    else child.send(message, socket, { keepOpen: true }, ignore);
  }

  function hear(value: unknown): void {
    const message = parseFromWorker(value);
    if (message === null) {
      log('warn', `worker ${pid} sent something unreadable`);
      return;
    }
    silentBeats = 0;
    switch (message.type) {
      case 'ready':
        if (state !== 'starting') return;
        clearTimeout(killTimer);
        state = 'ready';
        events.ready();
        return;
      case 'load':
        open = message.open;
        handover.acknowledge(message.acknowledged);
        events.load();
        return;
      case 'records':
        events.records(readRecords(message.batch), message.dropped);
        return;
      case 'news': {
        const names = events.learned(message.news);
        if (names.length > 0) send({ type: 'reread', names });
        return;
      }
      case 'ask':
        send({ type: 'told', serial: message.serial, findings: events.asked(message.names) });
        return;
      case 'certify':
        void events
          .certify(message.question)
          .then((answer) => send({ type: 'certified', serial: message.serial, answer }));
        return;
      case 'store':
        if (message.state !== storeState) storeStateSince = now();
        storeState = message.state;
        return;
      case 'log':
        events.said(pid, message.level, message.message);
        return;
      case 'over-memory':
        events.overMemory(message.rssBytes);
        return;
    }
  }

  function kill(reason: string): void {
    if (state === 'gone') return;
    cause ??= reason;
    child?.kill('SIGKILL');
  }

  function finish(code: number | null, signal: NodeJS.Signals | null): void {
    if (state === 'gone') return;
    state = 'gone';
    clearTimeout(killTimer);
    child?.stderr?.destroy();
    events.end({ code, signal, lastLine, cause }, handover.takeBack());
  }

  return {
    pid,
    get state() {
      return state;
    },
    get ageMs() {
      return now() - startedAt;
    },
    get storeState() {
      return storeState;
    },
    get storeStateSince() {
      return storeStateSince;
    },
    candidate: (time) => ({
      open,
      unacknowledged: handover.unacknowledged,
      waitedMs: handover.waitedMs(time),
    }),
    give: handover.give,
    recertify: (names) => send({ type: 'recertify', names }),
    beat: () => {
      if (state !== 'ready' && state !== 'draining') return;
      // Beats are counted, not milliseconds: a supervisor that was stopped itself counted nothing meanwhile.
      silentBeats++;
      if (silentBeats * limits.workerHeartbeatMs > limits.workerSilenceMs) {
        kill(`it gave no sign of life for ${limits.workerSilenceMs} ms`);
        return;
      }
      send({ type: 'ping', serial: handover.serial });
    },
    drain: (graceMs, idleMs) => {
      if (state === 'gone') return;
      if (state === 'starting') {
        kill('it was no longer needed');
        return;
      }
      state = 'draining';
      send({ type: 'drain', graceMs, idleMs });
      const latest = now() + graceMs + limits.drainSlackMs;
      if (latest >= killAt) return;
      killAt = latest;
      clearTimeout(killTimer);
      killTimer = setTimeout(
        kill,
        graceMs + limits.drainSlackMs,
        `it did not leave within ${graceMs} ms`,
      );
    },
    kill,
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
