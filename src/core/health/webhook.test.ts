import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import type { HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import { Webhook } from './webhook.ts';

const event: HealthEvent = {
  at: 1_700_000_000_000,
  name: 'app.test',
  url: 'http://127.0.0.1:3000',
  from: 'up',
  to: 'down',
  reason: 'refused',
};

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A receiver that answers with these statuses, one after the other, the last one for ever; 0 does not answer. */
async function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
      received.push({ request, body });
      if (status === 0) return;
      response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

let lines: string[];
let hook: Webhook | null;
let target: Awaited<ReturnType<typeof receiver>> | null;

beforeEach(() => {
  lines = [];
  hook = null;
  target = null;
});
afterEach(async () => {
  hook?.close();
  await target?.close();
});

/** One that loses no time between two tries. */
function hookTo(url: string | null): Webhook {
  hook = new Webhook({
    url: () => url,
    instanceId: 'abc',
    random: () => 0,
    log: (level, message) => lines.push(`${level} ${message}`),
    bounds: { webhookRetryFirstMs: 1, webhookRetryMaxMs: 1 },
  });
  return hook;
}

test('an event is posted as JSON, with the instance that tells it', async () => {
  target = await receiver(204);
  hookTo(`http://127.0.0.1:${target.port}/T0?token=x`).push(event);
  await eventually('the post', () => target?.received.length === 1);
  const [got] = target.received;
  expect(got?.request.method).toBe('POST');
  expect(got?.request.url).toBe('/T0?token=x');
  expect(got?.request.headers['content-type']).toBe('application/json');
  expect(got?.request.headers['user-agent']).toMatch(/^berth\//);
  expect(got?.request.headers.authorization).toBeUndefined();
  expect(JSON.parse(got?.body ?? '')).toEqual({ ...event, instance: 'abc' });
  expect(lines).toEqual([]);
});

test('a user and a password in the URL are sent as such', async () => {
  target = await receiver(200);
  hookTo(`http://me:p%40ss@127.0.0.1:${target.port}/`).push(event);
  await eventually('the post', () => target?.received.length === 1);
  const { authorization } = target.received[0]?.request.headers ?? {};
  expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

test.each(['100%', 'a%zzb', '%E0%A4%A'])(
  'a password that is not encoded, %s, is sent as it stands',
  async (password) => {
    target = await receiver(200);
    hookTo(`http://u:${password}@127.0.0.1:${target.port}/hook`).push(event);
    await eventually('the post', () => target?.received.length === 1);
    const { authorization } = target.received[0]?.request.headers ?? {};
    expect(authorization).toBe(`Basic ${Buffer.from(`u:${password}`).toString('base64')}`);
  },
);

test('what is no URL costs the event and one line that does not show it, and the next event is sent', async () => {
  target = await receiver(200);
  let url = 'http://secret:secret';
  hook = new Webhook({
    url: () => url,
    instanceId: 'abc',
    random: () => 0,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  hook.push(event);
  hook.push(event);
  await eventually('the line', () => lines.length > 0 && hook?.waiting === 0);
  expect(lines).toEqual([
    'warn health: server.healthWebhook does not take events: it is no URL that can be asked',
  ]);
  await eventually('its end', () => {
    url = `http://127.0.0.1:${target?.port}/`;
    hook?.push(event);
    return target?.received.length !== 0;
  });
});

test('one that fails is tried again, and those behind it keep their order', async () => {
  target = await receiver(500, 503, 429, 200);
  const sending = hookTo(`http://127.0.0.1:${target.port}/`);
  sending.push(event);
  sending.push({ ...event, to: 'up' });
  await eventually('both', () => target?.received.length === 5);
  expect(target.received.map(({ body }) => JSON.parse(body).to)).toEqual([
    'down',
    'down',
    'down',
    'down',
    'up',
  ]);
  expect(lines).toEqual([]);
});

test('what goes on failing is given up, and said in one line that tells no secret', async () => {
  target = await receiver(500);
  const sending = hookTo(`http://me:secret@127.0.0.1:${target.port}/secret?secret`);
  for (let i = 0; i < 3; i++) sending.push(event);
  await eventually('all tries', () => target?.received.length === 3 * limits.webhookTries);
  await eventually('the line', () => lines.length > 0);
  expect(lines).toEqual([
    `warn health: the webhook at 127.0.0.1:${target.port} does not take events: it answered 500`,
  ]);
});

test.each([
  [400, 'it answered 400'],
  [404, 'it answered 404'],
  [302, 'it answered 302'],
])('%i is a refusal: it is not tried again', async (status, why) => {
  target = await receiver(status, 200);
  const sending = hookTo(`http://127.0.0.1:${target.port}/`);
  sending.push(event);
  sending.push({ ...event, to: 'up' });
  await eventually('both', () => target?.received.length === 2);
  expect(lines).toEqual([
    `warn health: the webhook at 127.0.0.1:${target.port} does not take events: ${why}`,
  ]);
});

test('a receiver that is not there is named without its secret', async () => {
  target = await receiver(200);
  const { port } = target;
  await target.close();
  hookTo(`http://me:secret@127.0.0.1:${port}/secret`).push(event);
  await eventually('the line', () => lines.length > 0);
  expect(lines).toEqual([
    `warn health: the webhook at 127.0.0.1:${port} does not take events: it cannot be reached (ECONNREFUSED)`,
  ]);
  target = null;
});

test('only so many events wait: the oldest go', async () => {
  target = await receiver(0);
  const sending = hookTo(`http://127.0.0.1:${target.port}/`);
  for (let i = 0; i < 2 * limits.maxQueuedWebhooks; i++) {
    sending.push({ ...event, at: i });
  }
  await eventually('the first', () => target?.received.length === 1);
  expect(sending.waiting).toBe(limits.maxQueuedWebhooks);
});

test('without a URL nothing waits, and closing ends what is under way', async () => {
  const none = hookTo(null);
  none.push(event);
  expect(none.waiting).toBe(0);
  target = await receiver(0);
  const sending = hookTo(`http://127.0.0.1:${target.port}/`);
  sending.push(event);
  await eventually('the first', () => target?.received.length === 1);
  sending.close();
  await eventually('its end', () => target?.received[0]?.request.socket.destroyed === true);
  expect(lines).toEqual([]);
});
