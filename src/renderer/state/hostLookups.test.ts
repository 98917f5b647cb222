import { expect, test } from 'vitest';
import type { ControlApi } from '../../client/client.ts';
import type { Found, HostNames } from '../../shared/contract/names.ts';
import { createHostLookups } from './hostLookups.ts';

const none: Found = { kind: 'not-found' };
const found = (host: string, verdict: HostNames['verdict'], v6: Found = none): HostNames => ({
  ...{ host, verdict, reason: '' },
  ...{ system: { v4: none, v6 }, dns: { v4: none, v6 }, hostsFile: { v4: none, v6 } },
});

function bench() {
  const asked: (readonly string[])[] = [];
  const clock = { now: 0 };
  const state = {
    answer: (hosts: readonly string[]): HostNames[] | Error =>
      hosts.map((host) => found(host, 'not-found')),
    waits: null as Promise<void> | null,
  };
  const api = {
    names: {
      look: async ({ hosts }: { hosts: readonly string[] }) => {
        asked.push(hosts);
        await state.waits;
        const answer = state.answer(hosts);
        if (answer instanceof Error) throw answer;
        return { hosts: answer };
      },
    },
  } as unknown as ControlApi;
  const lookups = createHostLookups(() => clock.now, { oldMs: 1000, atOnce: 2, most: 3 });
  const known = () => Object.fromEntries(lookups.verdicts.get());
  return { api, asked, clock, state, lookups, known };
}

test('hosts that are shown are looked up a few at a time, each once until it is old', async () => {
  const { api, asked, clock, lookups, known } = bench();
  await lookups.want(api, ['a.test', 'b.test', 'c.test', '*.d.test', '*']);
  expect(asked).toEqual([['a.test', 'b.test'], ['c.test']]);
  expect(known()).toEqual({ 'a.test': 'not-found', 'b.test': 'not-found', 'c.test': 'not-found' });
  await lookups.want(api, ['a.test']);
  expect(asked).toHaveLength(2);
  clock.now = 1000;
  await lookups.want(api, ['a.test']);
  expect(asked).toEqual([['a.test', 'b.test'], ['c.test'], ['a.test']]);
});

test('of what could not be found out nothing is said, and it is not asked for without end', async () => {
  const { api, asked, state, lookups, known } = bench();
  state.answer = () => [
    found('a.test', 'not-found', { kind: 'failed', reason: 'no answer' }),
    found('b.test', 'here'),
  ];
  await lookups.want(api, ['a.test', 'b.test']);
  expect(known()).toEqual({ 'b.test': 'here' });
  state.answer = () => new Error('the connection is gone');
  await lookups.want(api, ['c.test']);
  await lookups.want(api, ['c.test', 'a.test']);
  expect(known()).toEqual({ 'b.test': 'here' });
  expect(asked).toHaveLength(2);
});

test('those that are shown by now are looked up next, and no more is remembered than a limit', async () => {
  const { api, asked, state, lookups, known } = bench();
  let go = (): void => undefined;
  state.waits = new Promise((resolve) => {
    go = resolve;
  });
  const first = lookups.want(api, ['a.test', 'b.test', 'c.test', 'd.test']);
  await lookups.want(api, ['x.test', 'y.test']);
  go();
  await first;
  expect(asked).toEqual([
    ['a.test', 'b.test'],
    ['x.test', 'y.test'],
  ]);
  expect(Object.keys(known())).toEqual(['b.test', 'x.test', 'y.test']);
});

test('after a change of this machine what was found before is nothing, also what was under way', async () => {
  const { api, asked, state, lookups, known } = bench();
  await lookups.want(api, ['a.test']);
  let go = (): void => undefined;
  state.waits = new Promise((resolve) => {
    go = resolve;
  });
  const late = lookups.want(api, ['b.test']);
  lookups.forget();
  expect(known()).toEqual({});
  go();
  await late;
  expect(asked).toEqual([['a.test'], ['b.test'], ['b.test']]);
  expect(known()).toEqual({ 'b.test': 'not-found' });
});
