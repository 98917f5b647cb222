import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { askDns } from '../../src/core/names/dns/ask.ts';
import type { InstanceStatus } from '../../src/shared/contract/instance.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';

let taken: ReturnType<typeof createSocket>;
beforeEach(async () => {
  taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
});
afterEach(() => {
  taken.close();
});

const suffixes = ['dev.local'];

async function statusOf(berth: BerthProcess): Promise<InstanceStatus> {
  const client = await connectControl({ socket: berth.controlSocket });
  const status = await client.api.instance.status();
  client.close();
  return status;
}

const finds = async (port: number, host: string): Promise<boolean> =>
  (await askDns({ address: '127.0.0.1', port }, host, 'AAAA', 5000)).kind === 'addresses';

test('a port that was asked for and is taken ends the start, with the setting that named it', async () => {
  const { port } = taken.address();
  await expect(startBerth({ config: { names: { dnsPort: port } } })).rejects.toThrow(
    `127.0.0.1:${port} of the DNS server ("names.dnsPort")`,
  );
});

test('a configuration of Hipache opens none; a reload opens, moves and closes it', async () => {
  await using berth = await startBerth({ config: { suffixes } });
  expect((await statusOf(berth)).dns).toBeNull();

  await berth.reload({ suffixes, names: { dnsPort: 0 } });
  const first = (await statusOf(berth)).dns?.port ?? 0;
  expect(await finds(first, 'any.dev.local')).toBe(true);
  expect(await finds(first, 'any.test')).toBe(false);

  await berth.reload({ suffixes: ['test'], names: { dnsPort: 0 } });
  expect((await statusOf(berth)).dns?.port).toBe(first);
  expect(await finds(first, 'any.test')).toBe(true);
  expect(await finds(first, 'any.dev.local')).toBe(false);

  // One that cannot be had leaves all as it was.
  const { port } = taken.address();
  await berth.reload({ suffixes, names: { dnsPort: port } });
  expect((await statusOf(berth)).dns?.port).toBe(first);
  expect(await finds(first, 'any.test')).toBe(true);

  await berth.reload({ suffixes });
  expect((await statusOf(berth)).dns).toBeNull();
  expect(await finds(first, 'any.dev.local')).toBe(false);
});

test('names of no suffix are refused, whatever somebody writes into the store', async () => {
  await using berth = await startBerth({ config: { suffixes, names: { dnsPort: 0 } } });
  const port = (await statusOf(berth)).dns?.port ?? 0;
  const client = await connectControl({ socket: berth.controlSocket });
  for (const name of ['bank.example', '*.example.com', '*', 'printer', 'app.dev.local']) {
    await client.api.hosts.add({ name, backends: ['http://127.0.0.1:9'] });
  }
  expect((await client.api.hosts.list()).map(({ name }) => name)).toContain('bank.example');
  for (const name of ['bank.example', 'www.example.com', 'printer', 'anything']) {
    for (const type of ['A', 'AAAA'] as const) {
      const answer = await askDns({ address: '127.0.0.1', port }, name, type, 5000);
      expect(answer).toMatchObject({ kind: 'code', code: 'REFUSED' });
    }
  }
  expect(await finds(port, 'app.dev.local')).toBe(true);
  client.close();
});

test('without a configuration there is one, on another port where the usual one is taken; it ends with the instance', async () => {
  await using first = await startBerth({ config: null });
  await using second = await startBerth({ config: null });
  const [one, two] = [await statusOf(first), await statusOf(second)];
  expect(one.dns).not.toBeNull();
  const port = two.dns?.port ?? 0;
  expect(port).not.toBe(one.dns?.port);
  expect(two.notices).toContainEqual({ kind: 'dns-port-moved', wanted: 15_353, got: port });
  expect(await finds(port, 'any.localhost')).toBe(true);
  await second.stop();
  expect(await finds(port, 'any.localhost')).toBe(false);
});
