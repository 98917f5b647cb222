import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeContext } from '../../../../test/support/doctorContext.ts';
import type { Config } from '../../../shared/config/config.ts';
import { readOwnConfig } from '../../config/ownConfig.ts';
import type { Finding } from '../check.ts';
import { allChecks } from './index.ts';

let other: Server;
let taken: number;
let free: number;

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
};

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeEach(async () => {
  const gone = await listening();
  other = await listening();
  taken = portOf(other);
  free = portOf(gone);
  gone.close();
  await once(gone, 'close');
});
afterEach(() => void other.close());

/** `ports.https` without an instance, where another program has the port that HTTPS wants. */
async function find(changed: Partial<Config>): Promise<Finding> {
  const inputs = { path: null, cores: 1, directories: { state: '/nonexistent' } };
  const { config } = readOwnConfig({}, inputs);
  const binds = config.binds
    .filter(({ tls, address }) => tls !== null && address === '127.0.0.1')
    .map((bind) => ({ ...bind, port: taken }));
  const check = allChecks.find(({ id }) => id === 'ports.https');
  const context = fakeContext({
    instance: null,
    readConfiguration: async () => ({ config: { ...config, binds, ...changed }, warnings: [] }),
  });
  if (check === undefined) throw new Error('no such check');
  return await check.run(context, new AbortController().signal);
}

test('a port of HTTPS that is taken is no problem where a start would move', async () => {
  expect(await find({ secureFallbackPorts: [taken, free] })).toMatchObject({
    status: 'warning',
    evidence: `127.0.0.1:${taken} is taken by another program; a start would use ${free}`,
  });
});

test('where no other port is free, what nobody asked for is left out', async () => {
  expect(await find({ secureFallbackPorts: [taken] })).toMatchObject({
    status: 'warning',
    evidence: `127.0.0.1:${taken} is taken by another program; a start would serve plain HTTP alone`,
  });
});

test('a port that was asked for is a problem', async () => {
  expect(await find({ secureFallbackPorts: [], secureIsSet: true })).toMatchObject({
    status: 'problem',
    evidence: `127.0.0.1:${taken} is taken by another program`,
  });
});
