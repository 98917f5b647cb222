import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { policies } from '../../src/shared/model/options.ts';
import { type Farm, startFarm } from '../support/engineFarm.ts';
import { get } from '../support/rawClient.ts';

let farm: Farm;
beforeEach(async () => {
  farm = await startFarm(3);
});
afterEach(() => farm[Symbol.asyncDispose]());

const traceOf = async (host = 'app.dev.local') => {
  const client = await farm.dial();
  const { length } = farm.harness.records;
  await client.send(get(host)).response();
  const record = (await farm.harness.recorded(length + 1))[length];
  if (record === undefined) throw new Error('no record');
  const { lookup, policy, considered, drained, dead } = record;
  return { lookup, policy, considered, drained, dead };
};
const usual = { lookup: 'cache', policy: 'random', considered: 3, drained: 0, dead: [] };

test('a record tells how its backend was found', async () => {
  expect(await traceOf()).toEqual(usual);
});

test.each(policies)('with the policy %s', async (policy) => {
  farm.setOptions({ policy });
  expect(await traceOf()).toEqual({ ...usual, policy });
});

test('who was passed over since it was dead, and why, and how many since they are drained', async () => {
  const [a = '', b = ''] = farm.urls;
  farm.harness.dead.add(a);
  expect(await traceOf()).toEqual({ ...usual, dead: [{ index: 0, reason: 'refused' }] });
  farm.setOptions({ drained: [b] });
  expect(await traceOf()).toMatchObject({ drained: 1, dead: [{ index: 0, reason: 'refused' }] });
});

test('a backend that died in a first try is told as an attempt, not as passed over', async () => {
  farm.harness.frontends.set('app.dev.local', ['app', 'http://127.0.0.1:1', ...farm.urls]);
  expect(await traceOf()).toEqual({ ...usual, considered: 4 });
  expect(farm.harness.records.at(-1)?.attempts).toHaveLength(2);
});

test('a lone backend is chosen by nobody', async () => {
  farm.harness.frontends.set('app.dev.local', ['app', farm.urls[0] ?? '']);
  expect(await traceOf()).toEqual({ ...usual, policy: 'only', considered: 1 });
});

test('of very many dead ones, the first are told', async () => {
  const many = Array.from({ length: 50 }, (_, i) => `http://127.0.0.2:${i + 1}`);
  for (const url of many) farm.harness.dead.add(url);
  farm.harness.frontends.set('app.dev.local', ['app', ...many, farm.urls[0] ?? '']);
  const { dead, considered } = await traceOf();
  expect(considered).toBe(51);
  expect(dead.map(({ index }) => index)).toEqual([...Array(limits.maxTracedDead).keys()]);
});

test('without a frontend there is nothing to tell', async () => {
  const nothing = { lookup: null, policy: null, considered: 0, drained: 0, dead: [] };
  expect(await traceOf('nobody')).toEqual(nothing);
  const client = await farm.dial();
  const { length } = farm.harness.records;
  await client.send('nonsense\r\n\r\n').response();
  expect((await farm.harness.recorded(length + 1))[length]).toMatchObject(nothing);
});
