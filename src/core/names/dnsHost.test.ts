import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askDns } from './dns/ask.ts';
import { startDnsServer } from './dns/server.ts';
import { createDnsHost, type DnsHost } from './dnsHost.ts';

const zoneOf = (): string => 'dev.local';
const now = (): number => performance.now();
const wants = (dnsPort: number | null, dnsPortIsSet = true) => ({
  dnsPort,
  dnsPortIsSet,
  hostsFile: false,
});

const log = vi.fn();
let host: DnsHost;
let other: Awaited<ReturnType<typeof startDnsServer>>;
beforeEach(async () => {
  host = createDnsHost({ zoneOf, log, now });
  other = await startDnsServer({ port: 0, zoneOf, now });
});
afterEach(async () => {
  await host.close();
  await other.close();
});

const answers = async (port: number): Promise<boolean> =>
  (await askDns({ address: '127.0.0.1', port }, 'a.dev.local', 'A', 2000)).kind === 'addresses';

test('a port that was asked for and is taken is an error', async () => {
  await expect(host.propose(wants(other.port))).rejects.toMatchObject({
    code: 'BERTH_PORT_TAKEN',
    detail: `127.0.0.1:${other.port} of the DNS server ("names.dnsPort")`,
  });
  expect(host.at).toBeNull();
});

test('a default that is taken is replaced', async () => {
  await (await host.propose(wants(other.port, false))).keep();
  expect(host.at?.port).not.toBe(other.port);
  expect(await answers(host.at?.port ?? 0)).toBe(true);
});

test('the same port again changes nothing; another one, or none, ends the first once it is kept', async () => {
  await (await host.propose(wants(0))).keep();
  const first = host.at?.port ?? 0;
  await (await host.propose(wants(0))).keep();
  expect(host.at?.port).toBe(first);
  const off = await host.propose(wants(null));
  expect(await answers(first)).toBe(true);
  await off.keep();
  expect(host.at).toBeNull();
  expect(await answers(first)).toBe(false);
});

test('a replaced default is not what somebody asks for by its number', async () => {
  await (await host.propose(wants(other.port, false))).keep();
  await expect(host.propose(wants(other.port))).rejects.toMatchObject({ code: 'BERTH_PORT_TAKEN' });
  const free = host.at?.port;
  await (await host.propose(wants(other.port, false))).keep();
  expect(host.at?.port).toBe(free);
});

test('what is dropped leaves the one before it', async () => {
  await (await host.propose(wants(0))).keep();
  const first = host.at?.port ?? 0;
  await (await host.propose(wants(null))).drop();
  expect(host.at?.port).toBe(first);
  expect(await answers(first)).toBe(true);
});

test('where no port can be had there is none, and that is said', async () => {
  const start = () => Promise.reject(new Error('no more sockets'));
  const none = createDnsHost({ zoneOf, log, now, start });
  await (await none.propose(wants(1, false))).keep();
  expect(none.at).toBeNull();
  expect(log).toHaveBeenCalledWith('warn', expect.stringContaining('no more sockets'));
});
