import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A port on which connections are neither taken nor refused: a stopped process whose queue is full. */
export interface FullBacklog {
  readonly port: number;
  /** What was sent to it, once it takes connections. */
  readonly received: string;
  /** Lets it take connections, also those that wait. */
  take(): void;
  close(): Promise<void>;
}

const server = `
const s = require('node:net').createServer((c) => {
  c.on('error', () => {});
  c.on('data', (d) => console.log(String(d)));
});
s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port));
`;

export async function startFullBacklog(): Promise<FullBacklog> {
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  let received = '';
  child.stdout.on('data', (part: Buffer) => {
    received += part.toString();
  });
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  for (let i = 0; i < 8; i++) {
    const filler = connect({ port, host: '127.0.0.1' });
    filler.on('error', () => {});
    fillers.push(filler);
  }
  await new Promise((done) => setTimeout(done, 50));
  return {
    port,
    get received() {
      return received;
    },
    take() {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGCONT');
    },
    async close() {
      for (const filler of fillers) filler.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
