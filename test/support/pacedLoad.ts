import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Keep-alive connections that send short requests at a pace, each with a target of its own. */
export interface PacedLoad extends AsyncDisposable {
  readonly answered: number;
  /** Requests that were not answered 200 with what an echo backend says, or not at all. */
  readonly failed: number;
  /** Sends until it is told to stop, and waits for the last answers. */
  run(perSecond: number, isOver: () => boolean): Promise<void>;
}

export interface PacedLoadOptions {
  readonly port: number;
  readonly host: string;
  /** As many requests are under way at most. */
  readonly connections: number;
  /** Fields besides Host, each with its CRLF. */
  readonly fields?: string;
  /** The target of the request with this number, from 1. */
  readonly target: (serial: number) => string;
}

/** Milliseconds between two looks at what is due, and looks after which what could not be sent is not made up for. */
const tickMs = 4;
const maxTicksBehind = 50;

/** Cheap on purpose, without an HTTP client: whoever is measured runs on the same cores. */
export async function startPacedLoad(options: PacedLoadOptions): Promise<PacedLoad> {
  const { port, host, connections, fields = '', target } = options;
  let idle: Socket[] = [];
  let serial = 0;
  let answered = 0;
  let failed = 0;
  let underWay = 0;

  async function open(): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      idle = idle.filter((other) => other !== socket);
    });
    return socket;
  }

  function send(socket: Socket): void {
    const asked = target(++serial);
    let text = '';
    underWay++;
    const read = (chunk: string): void => {
      text += chunk;
      if (!text.endsWith(`\r\n\r\necho GET ${asked}`)) return;
      done();
      if (text.startsWith('HTTP/1.1 200 ')) answered++;
      else failed++;
      idle.push(socket);
    };
    const lose = (): void => {
      done();
      failed++;
    };
    const done = (): void => {
      underWay--;
      socket.off('data', read);
      socket.off('close', lose);
    };
    socket.on('data', read);
    socket.on('close', lose);
    socket.write(`GET ${asked} HTTP/1.1\r\nHost: ${host}\r\n${fields}\r\n`);
  }

  const sockets = await Promise.all(Array.from({ length: connections }, open));
  idle.push(...sockets);
  return {
    get answered() {
      return answered;
    },
    get failed() {
      return failed;
    },
    run: async (perSecond, isOver) => {
      const perTick = (tickMs * perSecond) / 1000;
      let last = performance.now();
      let due = 0;
      while (!isOver()) {
        await delay(tickMs);
        const now = performance.now();
        due = Math.min(due + ((now - last) / 1000) * perSecond, maxTicksBehind * perTick);
        last = now;
        for (; due >= 1; due--) {
          const socket = idle.shift();
          if (socket === undefined) break;
          send(socket);
        }
      }
      while (underWay > 0) await delay(tickMs);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
