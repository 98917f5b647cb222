import { Socket } from 'node:net';
import { limits } from '../shared/limits.ts';
import type { ToSupervisor } from '../shared/messages.ts';
import type { CertificateAnswer } from '../shared/model/certificate.ts';
import type { Finding } from '../shared/model/news.ts';
import type { WorkerSettings } from '../shared/model/settings.ts';
import { parseFromSupervisor } from './fromSupervisor.ts';

/** The end of a process channel; `process` is one when it was forked. */
export interface ChannelPort {
  send(message: ToSupervisor, done: (error: Error | null) => void): void;
  /** Hears messages with the handle that travelled along. */
  listen(hear: (message: unknown, handle: unknown) => void): void;
}

/** What the supervisor asks of a worker. */
export interface ChannelHandlers {
  start(settings: WorkerSettings): void;
  connection(socket: Socket, listener: number): void;
  /** What it knows of names that were asked for. */
  told(serial: number, findings: readonly Finding[]): void;
  /** Frontends that have changed, to be read again. */
  reread(names: readonly string[]): void;
  /** What serves a name that was asked for. */
  certified(serial: number, answer: CertificateAnswer): void;
  /** Names whose certificate is another one by now; null: all. */
  recertify(names: readonly string[] | null): void;
  drain(graceMs: number, idleMs: number): void;
  /** Client connections that are open. */
  open(): number;
}

/** A worker's side of the channel to its supervisor. */
export interface Channel {
  /** Never throws; `done` hears whether the channel took it. */
  send(message: ToSupervisor, done?: (error: Error | null) => void): void;
  /** Ends the signs of life. */
  close(): void;
}

/** Answers the supervisor: acknowledges connections as soon as they are here, and gives signs of life. */
export function openChannel(port: ChannelPort, handlers: ChannelHandlers): Channel {
  let acknowledged = 0;
  let acknowledging = false;
  let loadTimer: NodeJS.Timeout | null = null;
  const heartbeat = setInterval(sendLoad, limits.workerHeartbeatMs);
  heartbeat.unref();

  function send(message: ToSupervisor, done: (error: Error | null) => void = () => {}): void {
    try {
      port.send(message, done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function sendLoad(): void {
    send({ type: 'load', open: handlers.open(), acknowledged });
  }

  /** Once for all that arrived in this turn, and before any of them can be read. */
  function acknowledgeSoon(): void {
    if (acknowledging) return;
    acknowledging = true;
    setImmediate(() => {
      acknowledging = false;
      sendLoad();
    });
  }

  function closedSome(): void {
    loadTimer ??= setTimeout(() => {
      loadTimer = null;
      sendLoad();
    }, limits.loadDelayMs).unref();
  }

  function take(handle: unknown, listener: number): void {
    // A connection whose descriptor found no room here arrives as a bare message.
    if (!(handle instanceof Socket)) return;
    handle.on('error', () => {});
    handle.once('close', closedSome);
    handlers.connection(handle, listener);
  }

  port.listen((value, handle) => {
    const message = parseFromSupervisor(value);
    if (message === null) {
      if (handle instanceof Socket) handle.destroy();
      return;
    }
    switch (message.type) {
      case 'start':
        handlers.start(message.settings);
        return;
      case 'connection':
        acknowledged = Math.max(acknowledged, message.serial);
        take(handle, message.listener);
        acknowledgeSoon();
        return;
      case 'ping':
        acknowledged = Math.max(acknowledged, message.serial);
        sendLoad();
        return;
      case 'told':
        handlers.told(message.serial, message.findings);
        return;
      case 'reread':
        handlers.reread(message.names);
        return;
      case 'certified':
        handlers.certified(message.serial, message.answer);
        return;
      case 'recertify':
        handlers.recertify(message.names);
        return;
      case 'drain':
        handlers.drain(message.graceMs, message.idleMs);
        return;
    }
  });

  return {
    send,
    close: () => {
      clearInterval(heartbeat);
      if (loadTimer !== null) clearTimeout(loadTimer);
    },
  };
}
