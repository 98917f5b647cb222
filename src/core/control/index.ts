import { rm } from 'node:fs/promises';
import type { HandOver } from '../../shared/contract/instance.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { connectControl } from '../client/index.ts';
import { atMostEvery } from '../system/atMostEvery.ts';
import type { Directories } from '../system/directories.ts';
import { createTurns } from '../traffic/turns.ts';
import { controlSocket, linkFile, tokenFile } from './address.ts';
import { createBudget } from './budget.ts';
import { createDoor, type DoorServer } from './door.ts';
import type { Door, GuardBounds } from './guard.ts';
import { createHandOvers } from './handOvers.ts';
import { readInterfaceFiles } from './interfaceFiles.ts';
import { createJsonTexts } from './jsonText.ts';
import { listenOnLoopback, listenOnSocket } from './listen.ts';
import { createRpc } from './rpc.ts';
import type { ControlServices } from './services.ts';
import { createToken, type Token } from './token.ts';

/** The doors by which an instance is talked to. */
export interface Control {
  /** Path of the unix socket or named pipe; null when it could not be had. */
  readonly socket: string | null;
  /** As `http://127.0.0.1:8190`; null when it is switched off or could not be had. */
  readonly dashboard: string | null;
  /** Bytes that all connections have not read. */
  readonly unread: number;
  /** Closes both doors, with every connection. */
  close(): Promise<void>;
}

export interface ControlOptions {
  /** Asked for at every call. */
  readonly services: () => ControlServices;
  readonly directories: Pick<Directories, 'runtime'>;
  /** Of the built interface; what is not there is not served. */
  readonly interfaceFolder: string;
  /** Of the loopback door: 0 lets the system choose, null switches it off. */
  readonly port: number | null;
  /** Whether another port will do when this one is taken. */
  readonly anyPort: boolean;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * Opens the socket, then the loopback door. What cannot be had is said in a warning and stays closed: traffic does not
 * depend on it. Without the socket, another instance may have these directories, and its token is left alone.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { directories, port, anyPort, log, now } = options;
  const socketPath = controlSocket(directories);
  const open: DoorServer[] = [];
  let token: Token | null = null;
  let dashboard: string | null = null;

  const fault = (error: unknown, call: string): void =>
    log(
      'error',
      `control: ${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  const budget = createBudget({
    maxBytes: limits.maxControlBufferedBytes,
    roomBytes: limits.controlRoomBytes,
    stallMs: limits.controlStallMs,
    maxStreams: limits.maxAllControlStreams,
    now,
    ended: atMostEvery(limits.controlNoticeMs, now, (bytes: number) =>
      log('warn', `control: a connection that does not read was ended, with ${bytes} bytes unread`),
    ),
  });
  const files = await readInterfaceFiles(options.interfaceFolder);
  const turns = createTurns({ now, sliceMs: limits.listSliceMs });
  const handOvers = createHandOvers({
    holdsMs: limits.handOverMs,
    max: limits.maxHandOvers,
    now,
    wallClock: Date.now,
  });
  const handOver = (): HandOver => {
    if (token === null) throw new BerthError('BERTH_CONTROL_UNUSABLE', noDashboard);
    return handOvers.make();
  };
  const parts = { fault, handOver };
  const rpc = createRpc(options.services, parts, budget, createJsonTexts(turns));

  function doorFor(door: Door, bounds: () => GuardBounds): DoorServer {
    return createDoor({
      files: door === 'loopback' ? files : new Map(),
      door,
      rpc,
      budget,
      bounds,
      metrics: () => options.services().instance.metrics(),
      redeem: (code) => (handOvers.take(code) ? (token?.text ?? null) : null),
      now,
      refused: atMostEvery(limits.controlNoticeMs, now, (reason: string) =>
        log('warn', `control: a request to the ${door} was refused: ${reason}`),
      ),
      acceptFailed: atMostEvery(limits.controlNoticeMs, now, (error: Error) =>
        log('warn', `control: connections cannot be accepted: ${error.message}`),
      ),
      fault,
    });
  }

  async function openSocket(): Promise<boolean> {
    const bounds = {
      port: 0,
      isToken: () => false,
      hasFile: () => false,
      maxBodyBytes: limits.maxControlBodyBytes,
    };
    const door = doorFor('socket', () => bounds);
    try {
      await listenOnSocket(door.server, socketPath, describeOwner);
      open.push(door);
      return true;
    } catch (error) {
      log('warn', `there is no control socket: ${reasonOf(error)}`);
      return false;
    }
  }

  async function openLoopback(wanted: number): Promise<void> {
    let bound = 0;
    // That of an instance which was killed leads nowhere.
    await rm(linkFile(directories), { force: true });
    const made = await createToken(tokenFile(directories));
    const door = doorFor('loopback', () => ({
      port: bound,
      isToken: made.matches,
      hasFile: (target) => files.has(target),
      maxBodyBytes: limits.maxControlBodyBytes,
    }));
    try {
      bound = await listenOnLoopback(door.server, { port: wanted, anyPort });
    } catch (error) {
      await made.remove();
      throw error;
    }
    open.push(door);
    token = made;
    dashboard = `http://127.0.0.1:${bound}`;
  }

  const hasSocket = await openSocket();
  if (hasSocket && port !== null) {
    await openLoopback(port).catch((error: unknown) =>
      log('warn', `there is no dashboard: ${reasonOf(error)}`),
    );
  }
  return {
    socket: hasSocket ? socketPath : null,
    get dashboard() {
      return dashboard;
    },
    get unread() {
      return budget.unread;
    },
    close: async () => {
      await Promise.all(open.splice(0).map((door) => door.close()));
      turns.close();
      if (token === null) return;
      await Promise.all([token.remove(), rm(linkFile(directories), { force: true })]);
      token = null;
    },
  };
}

const noDashboard =
  'it has no dashboard: "control.port" is switched off or its port was taken, as the log of its start says';

async function describeOwner(socket: string): Promise<string> {
  try {
    const client = await connectControl({ socket });
    client.close();
    return `the instance with pid ${client.instance.pid}`;
  } catch {
    return 'another program';
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof BerthError) return error.detail;
  return error instanceof Error ? error.message : String(error);
};
