import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startControlHarness } from '../../../test/support/controlHarness.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { fakeControlServices } from '../../../test/support/fakeControlServices.ts';
import { aRecord } from '../../../test/support/record.ts';
import { BerthError } from '../../shared/errors.ts';
import { connectControl } from './index.ts';

const failure = async (doing: Promise<unknown>): Promise<BerthError> => {
  const error: unknown = await doing.then(
    () => new Error('it went well'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof BerthError)) throw error;
  return error;
};

it('calls by the socket without a token, and by the address with it', async () => {
  await using harness = await startControlHarness();
  const url = `http://127.0.0.1:${harness.port}`;
  for (const address of [{ socket: harness.socket }, { url, token: harness.token }]) {
    const client = await connectControl(address);
    expect(client.instance.pid).toBe(process.pid);
    expect((await client.api.hosts.list())[0]?.name).toBe('a.local');
    expect(
      await client.api.hosts.add({ name: 'B.local.', backends: ['http://127.0.0.1:1'] }),
    ).toMatchObject({ name: 'a.local' });
    client.close();
    await client.closed;
  }
  const added = 'hosts.add {"name":"b.local","backends":["http://127.0.0.1:1"]}';
  expect(harness.services.calls.filter((call) => call.startsWith('hosts.add'))).toEqual([
    added,
    added,
  ]);
  expect((await stat(harness.socket)).mode & 0o777).toBe(0o600);
});

it('gives a refusal back with its code and detail', async () => {
  await using harness = await startControlHarness();
  const { api, close } = await connectControl({ socket: harness.socket });
  const missing = await failure(api.hosts.get({ name: 'absent.local' }));
  expect([missing.code, missing.detail]).toEqual(['BERTH_HOST_NOT_FOUND', 'absent.local']);
  const invalid = await failure(api.hosts.add({ name: 'a b', backends: [] }));
  expect(invalid.code).toBe('BERTH_INPUT_INVALID');
  expect(invalid.detail).toMatch(/^name: .*; backends: /);
  close();
});

it('takes a name as a host is written, or exactly as it is stored', async () => {
  await using harness = await startControlHarness();
  const { api, close } = await connectControl({ socket: harness.socket });
  await api.hosts.remove({ name: 'A.Local.' });
  await api.hosts.remove({ name: 'A.Local.', exact: true });
  const wrong = await failure(api.hosts.remove({ name: 'a b' }));
  expect([wrong.code, wrong.detail]).toEqual([
    'BERTH_INPUT_INVALID',
    expect.stringMatching(/^name: is not a host name/),
  ]);
  await api.hosts.remove({ name: 'a b', exact: true });
  const nameless = await failure(api.hosts.remove({ name: '' }));
  expect(nameless.detail).toMatch(/^name: is empty: write a host/);
  await api.hosts.remove({ name: '', exact: true });
  const long = await failure(api.hosts.remove({ name: 'a'.repeat(1000), exact: true }));
  expect([long.code, long.detail]).toEqual([
    'BERTH_INPUT_INVALID',
    'name: is longer than that of any host: remove its key with redis-cli',
  ]);
  expect(harness.services.calls).toEqual([
    'hosts.remove {"name":"a.local"}',
    'hosts.remove {"name":"A.Local.","exact":true}',
    'hosts.remove {"name":"a b","exact":true}',
    'hosts.remove {"name":"","exact":true}',
  ]);
  close();
});

it('tells nothing of a fault but that it is in the log', async () => {
  const broken = (): never => {
    throw new Error('secret reason');
  };
  await using harness = await startControlHarness({
    health: {
      ...fakeControlServices().health,
      list: broken,
    },
  });
  const { api, close } = await connectControl({ socket: harness.socket });
  const fault = await failure(api.health.list());
  expect(fault.code).toBe('BERTH_CONTROL_UNUSABLE');
  expect(JSON.stringify([fault.message, fault.cause])).not.toContain('secret');
  expect(harness.said.join('\n')).toContain('control: health.list: Error: secret reason');
  close();
});

it('streams until it is told to stop, and the service hears of it', async () => {
  let ended = 0;
  await using harness = await startControlHarness({
    traffic: {
      ...fakeControlServices().traffic,
      follow: async function* (_input, signal) {
        try {
          for (let dropped = 0; !signal.aborted; dropped++) {
            yield { records: [], dropped };
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          ended++;
        }
      },
    },
  });
  const { api, close, closed } = await connectControl({ socket: harness.socket });
  const seen: number[] = [];
  for await (const { dropped } of await api.traffic.follow({})) {
    seen.push(dropped);
    if (seen.length === 100) break;
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
  await eventually('the service stopped', () => ended === 1);

  const stop = new AbortController();
  const stream = await api.traffic.follow({}, { signal: stop.signal });
  await stream.next();
  stop.abort();
  await eventually('the service stopped again', () => ended === 2);

  // A client that is closed ends its streams too.
  await (await api.traffic.follow({})).next();
  close();
  await closed;
  await eventually('the service stopped once more', () => ended === 3);
});

it('may be closed in the moment in which a stream is told to stop', async () => {
  await using harness = await startControlHarness();
  const uncaught: unknown[] = [];
  const hear = (error: Error): number => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', hear);
  try {
    for (const stopsFirst of [true, false]) {
      const { api, close, closed } = await connectControl({ socket: harness.socket });
      const stop = new AbortController();
      const stream = await api.instance.watch(undefined, { signal: stop.signal });
      const done = (async () => {
        for await (const _ of stream);
      })().catch(() => undefined);
      if (stopsFirst) stop.abort();
      close();
      stop.abort();
      // A call that comes between close and closed ends with them.
      expect((await failure(api.hosts.list())).code).toBe('BERTH_CONTROL_ENDED');
      await Promise.all([done, closed]);
      // What nobody catches is told before the next turn of the loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    process.off('uncaughtExceptionMonitor', hear);
  }
  expect(uncaught).toEqual([]);
});

it('gives back what a stream ends with: a refusal with its code, a fault without its reason', async () => {
  const end = { with: new Error('nothing') };
  await using harness = await startControlHarness({
    traffic: {
      ...fakeControlServices().traffic,
      follow: async function* () {
        yield { records: [{ ...aRecord({ referer: null, backendMs: 0.5 }), id: 1 }], dropped: 2 };
        throw end.with;
      },
    },
  });
  const { api, close } = await connectControl({ socket: harness.socket });
  const followed = async (): Promise<never> => {
    for await (const batch of await api.traffic.follow({})) {
      expect(batch).toEqual({
        records: [{ ...aRecord({ referer: null, backendMs: 0.5 }), id: 1 }],
        dropped: 2,
      });
    }
    throw new Error('it ended well');
  };
  end.with = new BerthError('BERTH_STORE_UNREACHABLE', 'redis is away');
  expect(await failure(followed())).toMatchObject({
    code: 'BERTH_STORE_UNREACHABLE',
    detail: 'redis is away',
  });
  expect(harness.said).toEqual([]);

  end.with = new Error('secret reason');
  const fault = await failure(followed());
  expect(fault.code).toBe('BERTH_CONTROL_UNUSABLE');
  expect(JSON.stringify([fault.message, fault.cause])).not.toContain('secret');
  expect(harness.said.join()).toMatch(/control: traffic\.follow: Error: secret reason/);
  close();
});

it('refuses a stream at the call when its input is refused', async () => {
  await using harness = await startControlHarness({
    traffic: {
      ...fakeControlServices().traffic,
      follow: () => {
        throw new BerthError('BERTH_INPUT_INVALID', 'filter, column 3: what');
      },
    },
  });
  const { api, close } = await connectControl({ socket: harness.socket });
  expect((await failure(api.traffic.follow({ filter: 'ab?' }))).detail).toContain('column 3');
  close();
});

it('says that no instance runs, where none ever did and where one ended', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-client-'));
  const socket = join(directory, 'control.sock');
  const never = await failure(connectControl({ socket }));
  expect(never.code).toBe('BERTH_NOT_RUNNING');
  expect(never.detail).toContain(socket);
  await rm(directory, { recursive: true });

  const harness = await startControlHarness();
  const { api } = await connectControl({ socket: harness.socket });
  const waiting = failure(
    (async () => {
      for await (const _ of await api.instance.watch()) {
        await harness[Symbol.asyncDispose]();
      }
      throw new Error('the stream ended without an error');
    })(),
  );
  expect((await waiting).code).toBe('BERTH_CONTROL_ENDED');
  expect((await failure(api.hosts.list())).code).toBe('BERTH_CONTROL_ENDED');
});

it('gives up on a server that is none of ours, and when it is told to', async () => {
  await using harness = await startControlHarness();
  const wrong = await failure(
    connectControl({ url: `http://127.0.0.1:${harness.port}`, token: 'wrong' }),
  );
  expect(wrong.code).toBe('BERTH_CONTROL_REFUSED');
  expect(wrong.detail).toContain('not the token of this instance');

  const mute = createServer();
  const path = join(harness.runtime, 'mute.sock');
  await new Promise<void>((resolve) => mute.listen(path, resolve));
  const stop = new AbortController();
  const connecting = connectControl({ socket: path }, { signal: stop.signal });
  const reason = new Error('enough');
  setImmediate(() => stop.abort(reason));
  await expect(connecting).rejects.toBe(reason);
  await new Promise((resolve) => mute.close(resolve));
});
