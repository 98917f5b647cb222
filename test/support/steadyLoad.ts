import { Agent, get } from 'node:http';
import { eventually } from './eventually.ts';

/** A request that was not answered as it should. */
interface Failure {
  readonly target: string;
  readonly reason: string;
}

/** Clients that send one request after another until they are stopped. */
export interface SteadyLoad extends AsyncDisposable {
  readonly answered: number;
  readonly failures: readonly Failure[];
  /** Waits until so many more requests have been answered. */
  more(count: number): Promise<void>;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly port: number;
  readonly host: string;
  /** How many clients, each with one request at a time. */
  readonly clients?: number;
  /** Whether a client keeps its connection; else each request has its own. */
  readonly keepAlive?: boolean;
}

/** Starts clients; each target is used once, and the answer must repeat it. */
export function startLoad(options: LoadOptions): SteadyLoad {
  const { port, host, clients = 4, keepAlive = false } = options;
  const agent = keepAlive ? new Agent({ keepAlive, maxSockets: clients }) : false;
  const failures: Failure[] = [];
  let answered = 0;
  let serial = 0;
  let stopping = false;

  async function client(): Promise<void> {
    while (!stopping) {
      const target = `/load/${++serial}`;
      try {
        const { status, body } = await ask(target);
        if (status === 200 && body.endsWith(` ${target}`)) answered++;
        else failures.push({ target, reason: `${status} ${body.slice(0, 200)}` });
      } catch (error) {
        failures.push({ target, reason: String(error) });
      }
    }
  }

  const ask = (path: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = get(
        { host: '127.0.0.1', port, path, agent, headers: { host }, timeout: 20_000 },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            body += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
          response.on('error', reject);
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer within 20 s')));
      request.on('error', reject);
    });

  const running = Promise.all(Array.from({ length: clients }, client));
  const stop = async (): Promise<void> => {
    stopping = true;
    await running;
    if (agent !== false) agent.destroy();
  };
  return {
    get answered() {
      return answered;
    },
    failures,
    more: async (count) => {
      const wanted = answered + count;
      await eventually(`${count} more answers`, () => answered >= wanted);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
