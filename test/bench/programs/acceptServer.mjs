/**
 * `node acceptServer.mjs WAY PORT WORKERS`: a bare HTTP server whose workers get their connections in one way of several.
 * Plain JavaScript, since any Node runs it as it is.
 */
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const [way, portText, workersText] = process.argv.slice(2);
const port = Number(portText);
const host = '127.0.0.1';
const backlog = 4096;
const body = 'x'.repeat(200);

const newServer = () =>
  createHttpServer((_request, response) => {
    response.setHeader('content-length', body.length);
    response.end(body);
  });

/** As the supervisor does it: accepts, sends the socket, and closes its own copy once the worker has it. */
function superviseAndSend(workers) {
  let next = 0;
  let serial = 0;
  createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    const worker = workers[next++ % workers.length];
    serial++;
    worker.given.set(serial, socket);
    worker.child.send({ serial }, socket, { keepOpen: true }, () => {});
  }).listen({ host, port, exclusive: true, backlog });
}

function takeSent() {
  const server = newServer();
  let acknowledged = 0;
  let isDue = false;
  process.on('message', ({ serial }, socket) => {
    acknowledged = serial;
    if (!isDue) {
      isDue = true;
      setImmediate(() => {
        isDue = false;
        process.send({ acknowledged });
      });
    }
    if (socket === undefined) return;
    server.emit('connection', socket);
    socket.resume();
  });
}

if (process.env.BENCH_TAKES === '1') {
  takeSent();
} else if (process.env.BENCH_LISTENS === '1') {
  newServer().listen({ host, port, backlog, reusePort: true });
} else if (cluster.isWorker) {
  newServer().listen({ host, port, backlog });
} else if (way === 'supervisor' || way === 'reusePort') {
  const name = way === 'supervisor' ? 'BENCH_TAKES' : 'BENCH_LISTENS';
  const workers = Array.from({ length: Number(workersText) }, () => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, [name]: '1' },
    });
    const given = new Map();
    child.on('message', ({ acknowledged }) => {
      for (const [serial, socket] of given) {
        if (serial > acknowledged) break;
        given.delete(serial);
        socket.destroy();
      }
    });
    return { child, given };
  });
  if (way === 'supervisor') superviseAndSend(workers);
} else {
  cluster.schedulingPolicy = way === 'shared' ? cluster.SCHED_NONE : cluster.SCHED_RR;
  for (let i = 0; i < Number(workersText); i++) cluster.fork();
}
process.on('disconnect', () => process.exit(0));
