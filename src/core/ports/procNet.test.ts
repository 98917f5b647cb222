import { expect, test } from 'vitest';
import { parseProcNet } from './procNet.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('sockets that listen are read with address, port and owner', () => {
  const { sockets, isOver } = parseProcNet([
    head,
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0',
    '   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 333 1 0 100 0',
    '',
  ]);
  expect(sockets).toEqual([
    { port: 8080, address: '127.0.0.1', inode: '111', uid: 0 },
    { port: 80, address: '0.0.0.0', inode: '333', uid: 1000 },
  ]);
  expect(isOver).toBe(false);
});

test('addresses of IPv6', () => {
  const { sockets } = parseProcNet([
    head,
    '   0: 00000000000000000000000000000000:1435 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 1 1',
    '   1: 00000000000000000000000001000000:1435 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 2 1',
    '   2: B80D0120000000000000000001000000:1435 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 3 1',
    '   3: 0000000000000000FFFF00000100007F:1435 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4 1',
  ]);
  expect(sockets.map(({ address }) => address)).toEqual([
    '::',
    '::1',
    '2001:db8::1',
    '::ffff:7f00:1',
  ]);
});

test('with the first socket that is connected, the rest need not be read', () => {
  const { sockets, isOver } = parseProcNet([
    head,
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0',
    '   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4',
    '   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0',
  ]);
  expect(sockets.map(({ inode }) => inode)).toEqual(['111']);
  expect(isOver).toBe(true);
});

test('lines that are none are left out', () => {
  const lines = [
    '',
    'nonsense',
    '0: 01:02 03:04 0A',
    '1: 0100007F:1F90 00000000:0000 0A 0 0 0 0 0 x',
  ];
  expect(parseProcNet(lines)).toEqual({ sockets: [], isOver: false });
});
