import { expect, test } from 'vitest';
import type { DnsAnswer } from '../dns/ask.ts';
import { type AskedWays, createAskResolver } from './asked.ts';

const dns = { address: '127.0.0.1', port: 15_353 };
const here: DnsAnswer = { kind: 'addresses', addresses: ['127.0.0.1'] };
const unknown: DnsAnswer = { kind: 'code', code: 'NXDOMAIN' };
const nobody = async (): Promise<readonly string[]> => {
  throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
};

/** @param answers of servers, by their ports */
const asking = async (
  answers: Readonly<Record<number, DnsAnswer>>,
  lookUp: AskedWays['lookUp'] = nobody,
  suffixes: readonly string[] = ['localhost', 'dev.local'],
  isOnline = true,
) => {
  const asked: string[] = [];
  const ask: AskedWays['ask'] = async ({ address, port }, host) => {
    asked.push(`${host} ${address}:${port}`);
    return answers[port] ?? { kind: 'silent' };
  };
  const servers = ['127.0.0.53'];
  const question = { suffixes, dns, servers, needsNetwork: !isOnline, patienceMs: 0 };
  return {
    ...(await createAskResolver({ lookUp, ask, isOnline: () => isOnline })(question)),
    asked,
  };
};

test('a resolver asks us when a name that nobody has is found by programs', async () => {
  const looked: string[] = [];
  const found = await asking({ 15353: here }, async (host) => {
    looked.push(host);
    return ['127.0.0.1', '::1'];
  });
  expect(found.asks).toBe('yes');
  // What systems know of localhost by themselves shows nothing.
  expect(looked).toEqual([expect.stringMatching(/^berth-[0-9a-f]{8}\.dev\.local$/)]);
});

test('it asks us, too, when it answers itself, and programs ask somebody else before', async () => {
  expect((await asking({ 15353: here, 53: here })).asks).toBe('yes');
});

test('it does not ask us when nobody finds what our server knows, or when it leads elsewhere', async () => {
  expect(await asking({ 15353: here, 53: unknown })).toMatchObject({
    asks: 'no',
    says: expect.stringMatching(
      /^a look-up of berth-\w+\.dev\.local, which the DNS server of Berth knows, did not/,
    ),
  });
  expect((await asking({ 15353: here }, async () => ['203.0.113.7'])).asks).toBe('no');
  expect((await asking({ 15353: here }, async () => [])).asks).toBe('no');
});

test('nothing is tried while our own server does not answer', async () => {
  const found = await asking({ 53: here }, async () => ['127.0.0.1']);
  expect(found).toMatchObject({
    asks: 'untried',
    says: 'the DNS server of Berth does not answer at 127.0.0.1:15353',
  });
  expect(found.asked).toHaveLength(1);
});

test('one that asks nobody without a network is not blamed for that', async () => {
  expect(await asking({ 15353: here }, nobody, ['test'], false)).toMatchObject({
    asks: 'untried',
    says: 'without a network it asks no DNS server at all',
  });
  const found = async () => ['127.0.0.1'];
  expect((await asking({ 15353: here }, found, ['test'], false)).asks).toBe('yes');
});

test('each suffix counts, and no name is asked for twice', async () => {
  const lookUp = async (host: string) => (host.endsWith('.test') ? ['127.0.0.1'] : nobody());
  const first = await asking({ 15353: here }, lookUp, ['dev.local', 'test']);
  expect(first.asks).toBe('no');
  expect(first.says).not.toContain('.test');
  const second = await asking({ 15353: here }, lookUp, ['test']);
  expect(second.asks).toBe('yes');
  expect(second.asked[0]).not.toBe(first.asked[0]);
  expect((await asking({ 15353: here }, lookUp, ['localhost'])).asks).toBe('no');
});

test('one that was told a moment ago has some time', async () => {
  let looks = 0;
  const lookUp = async () => (++looks < 3 ? nobody() : ['127.0.0.1']);
  const ask: AskedWays['ask'] = async () => here;
  const question = { suffixes: ['test'], dns, servers: [], needsNetwork: false, patienceMs: 5000 };
  const askResolver = createAskResolver({ lookUp, ask, isOnline: () => true });
  expect((await askResolver(question)).asks).toBe('yes');
  expect(looks).toBe(3);
});
