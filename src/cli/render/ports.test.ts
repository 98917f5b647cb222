import { expect, test } from 'vitest';
import type { ListeningPort } from '../../shared/contract/containers.ts';
import { portLines } from './ports.ts';
import { createStyle } from './style.ts';

const style = createStyle(false);
const listening = (changes: Partial<ListeningPort>): ListeningPort => ({
  port: 5173,
  addresses: ['127.0.0.1', '::1'],
  process: { pid: 812, name: 'vite', directory: '~/shop' },
  isOwn: false,
  hosts: [],
  ...changes,
});

test('a line a port: from where it is reached, who it is, where, and which hosts lead there', () => {
  const ports = [
    listening({ port: 22, addresses: ['0.0.0.0', '::'], process: null }),
    listening({ port: 80, addresses: ['::1'], process: null, isOwn: true }),
    listening({ port: 443, process: { pid: 7, name: 'node cli', directory: '/' }, isOwn: true }),
    listening({ hosts: ['a.test', 'b.test', 'c.test'] }),
    listening({ port: 6000, hosts: ['a.test', 'b.test', 'c.test', 'd.test', 'e.test'] }),
  ];
  expect(portLines(ports, { style, width: null })).toEqual([
    'PORT  ADDRESS         PROCESS           FOLDER  HOST',
    '  22  all             not known',
    '  80  ::1             Berth itself',
    ' 443  127.0.0.1, ::1  Berth itself (7)  /',
    '5173  127.0.0.1, ::1  vite (812)        ~/shop  a.test, b.test, c.test',
    '6000  127.0.0.1, ::1  vite (812)        ~/shop  a.test, b.test, c.test and 2 more',
  ]);
});

test('what others chose moves nothing on a screen, and a terminal is not overrun', () => {
  const long = listening({
    process: { pid: 1, name: 'evil\u001b[2J\nname', directory: `/${'x'.repeat(200)}` },
  });
  const lines = portLines([long], { style, width: 80 });
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('\u001b');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
