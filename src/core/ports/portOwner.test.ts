import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { isLinux, itWhen, linuxReason } from '../../../test/support/requirement.ts';
import { describeOwner, findPortOwner } from './portOwner.ts';

it('is called by name and number', () => {
  expect(describeOwner({ name: 'nginx', pid: 812 })).toBe('nginx (pid 812)');
});

itWhen(isLinux, linuxReason, 'is this process where this process listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await findPortOwner(port)).toMatchObject({ pid: process.pid });
  server.close();
  await once(server, 'close');
  expect(await findPortOwner(port)).toBeNull();
});

it('is nobody where nothing listens, or the system cannot say', async () => {
  expect(await findPortOwner(1)).toBeNull();
  expect(await findPortOwner(1, 'win32')).toBeNull();
  expect(await findPortOwner(1, 'darwin')).toBeNull();
  expect(await findPortOwner(1, 'aix')).toBeNull();
});
