import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ControlHarness, startControlHarness } from '../../../test/support/controlHarness.ts';
import { fakeControlServices } from '../../../test/support/fakeControlServices.ts';
import { contract } from '../../shared/contract/index.ts';
import { errorCatalogue } from '../../shared/errors.ts';
import { connectControl } from '../client/index.ts';
import type { Budget } from './budget.ts';
import { isIterator } from './isIterator.ts';
import type { JsonTexts } from './jsonText.ts';
import { createPace } from './pace.ts';
import { createRpc, newCaller } from './rpc.ts';

const calls = Object.entries(contract).flatMap(([section, procedures]) =>
  Object.keys(procedures).map((name) => `${section}/${name}`),
);

/** Inputs near what the calls take, and far from it. */
const words = fc.constantFrom<unknown>(
  ...['a.local', '*.a.local', '*', 'http://127.0.0.1:1', 'status>=500', '', '__proto__', 'GET'],
  ...[0, 1, -1, 1.5, Number.MAX_SAFE_INTEGER, null, true, [], {}],
);
const names = fc.constantFrom(
  ...['name', 'backends', 'backend', 'identifier', 'options', 'expect', 'filter', 'limit'],
  ...['backlog', 'id', 'policy', 'weights', 'drained', 'check', 'path', '__proto__', 'constructor'],
  ...['toString', 'length', 'then', 'toJSON'],
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    words,
    fc.string(),
    fc.double(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(names, fc.string()), tie('value'), { maxKeys: 6 }),
  ),
}));
/** Types and paths of oRPC's own encoding: dates, maps, patterns and the like, in place or not. */
const meta = fc.array(
  fc.array(fc.oneof(fc.nat(9), names, fc.constantFrom('backends', '0', 'json'), value), {
    maxLength: 4,
  }),
  { maxLength: 3 },
);
const body = fc.oneof(
  fc.record({ json: value }),
  fc.record({ json: value, meta }),
  fc.record({ json: value, meta: value, maps: value }),
  value,
);

const budget: Pick<Budget, 'turn' | 'takeStream'> = {
  turn: async () => () => undefined,
  takeStream: () => () => undefined,
};
const handOver = () => ({ code: 'code', expiresAt: 0 });
const texts: JsonTexts = { of: async (value) => value };
const pace = createPace(budget, {
  hasRoom: () => true,
  hasRead: () => true,
  room: async () => undefined,
});

describe('whatever the input, the answer is one of the contract, and nothing fails inside', () => {
  it.each(calls)('%s', async (call) => {
    const faults: unknown[] = [];
    const rpc = createRpc(
      fakeControlServices,
      { fault: (error) => faults.push(error), handOver },
      budget,
      texts,
    );
    const codes = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const connection = newCaller(pace);
        const ended = new AbortController();
        const { response } = await rpc.handle(
          {
            method: 'POST',
            url: new URL(`http://control/${call}`),
            headers: {},
            body: async () => sent,
            signal: ended.signal,
          },
          { context: { connection } },
        );
        const answer: unknown = response?.body;
        if (isIterator(answer)) {
          expect(await answer.next()).toMatchObject({ done: false });
          ended.abort();
          await answer.return?.();
        } else if (response?.status !== 200) {
          expect(response?.status).toBe(422);
          expect(answer).toMatchObject({
            json: { code: 'REFUSED', defined: true, data: { detail: expect.stringMatching(/./) } },
          });
          const { json } = answer as { json: { data: { code: string } } };
          codes.add(json.data.code);
          expect(JSON.stringify(answer)).not.toMatch(/stack|node_modules|\.ts:/);
        }
        expect(connection).toMatchObject({ openCalls: 0, openStreams: 0 });
      }),
      { numRuns: 300 },
    );
    expect(faults).toEqual([]);
    for (const code of codes) expect(Object.keys(errorCatalogue)).toContain(code);
  });
});

it('a name that is none of the contract is refused, also one that every object has', async () => {
  const rpc = createRpc(fakeControlServices, { fault: () => undefined, handOver }, budget, texts);
  for (const name of ['constructor', '__proto__', 'hosts', 'hosts/list/~orpc', 'hosts/toString']) {
    const { response } = await rpc.handle(
      {
        method: 'POST',
        url: new URL(`http://control/${name}`),
        headers: {},
        body: async () => undefined,
        signal: undefined,
      },
      { context: { connection: newCaller(pace) } },
    );
    expect(response).toMatchObject({
      status: 422,
      body: { json: { data: { code: 'BERTH_INPUT_INVALID', detail: 'there is no such call' } } },
    });
  }
});

it.each([16, 2000])('a setting nested %i deep is refused as an input', async (depth) => {
  const faults: unknown[] = [];
  const rpc = createRpc(
    fakeControlServices,
    { fault: (error) => faults.push(error), handOver },
    budget,
    texts,
  );
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const { response } = await rpc.handle(
    {
      method: 'POST',
      url: new URL('http://control/settings/set'),
      headers: {},
      body: async () => ({ json: { patch: { suffixes: JSON.parse(nested) } } }),
      signal: undefined,
    },
    { context: { connection: newCaller(pace) } },
  );
  expect(faults).toEqual([]);
  expect(response).toMatchObject({
    status: 422,
    body: {
      json: {
        data: { code: 'BERTH_INPUT_INVALID', detail: 'patch: nests deeper than 16 levels' },
      },
    },
  });
});

describe('a WebSocket', () => {
  let harness: ControlHarness;
  beforeAll(async () => {
    harness = await startControlHarness();
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  const open = (): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${harness.port}/rpc`, ['berth.rpc.v1'], {
      headers: { authorization: `Bearer ${harness.token}` },
    });

  const frame = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 200 }),
    value.map((sent) => JSON.stringify(sent)),
    fc
      .record(
        {
          i: fc.oneof(fc.constantFrom('1', '2'), value),
          t: fc.oneof(fc.constantFrom(1, 2, 3, 4), value),
          p: fc.oneof(
            fc.record(
              {
                u: fc.oneof(
                  fc.constantFrom(...calls.map((call) => `/${call}`), 'http://a/', '//'),
                  value,
                ),
                b: body,
                h: fc.constantFrom(
                  { 'content-type': 'text/event-stream' },
                  { 'content-disposition': 'attachment; filename=x' },
                  { 'content-type': 'multipart/form-data; boundary=x' },
                ),
                m: fc.constantFrom('GET', 'POST', 'HEAD'),
              },
              { requiredKeys: ['u'] },
            ),
            value,
          ),
        },
        { requiredKeys: ['i'] },
      )
      .map((sent) => JSON.stringify(sent)),
  );

  it('with whatever frames is answered or closed, and the instance goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
        const socket = open();
        socket.on('error', () => undefined);
        const over = new Promise<number>((resolve) => socket.once('close', resolve));
        await new Promise((resolve) => socket.once('open', resolve));
        for (const sent of frames) socket.send(sent);
        socket.close(1000);
        expect([1000, 1008]).toContain(await over);
      }),
      { numRuns: 150 },
    );
    expect(harness.said).toEqual([]);
    const client = await connectControl({ socket: harness.socket });
    expect(await client.api.hosts.list()).toHaveLength(1);
    client.close();
  });

  it('with a message beyond the bound is closed', async () => {
    const socket = open();
    socket.on('error', () => undefined);
    const over = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('x'.repeat(2 * 1024 * 1024));
    expect(await over).toBe(1009);
  });
});
