import { expect, it } from 'vitest';
import { onLinkRoutes } from './routes.ts';

const head = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
const row = (destination: string, gateway: string, mask: string): string =>
  `br0\t${destination}\t${gateway}\t0001\t0\t0\t0\t${mask}\t0\t0\t0   \n`;

it('names the networks that need no gateway', () => {
  const table =
    head +
    row('00000000', '010200C0', '00000000') +
    row('000011AC', '00000000', '0000FFFF') +
    row('0000D10A', '00000000', '00FFFFFF') +
    row('00000A0A', '010200C0', '0000FFFF');
  expect(onLinkRoutes(table)).toEqual(['172.17.0.0/16', '10.209.0.0/24']);
});

it('takes no default for a network, and may be given anything', () => {
  expect(onLinkRoutes(head + row('00000000', '00000000', '00000000'))).toEqual([]);
  for (const table of ['', 'a\nb c\n\n', head + row('zz', '00000000', '00FF00FF')]) {
    expect(onLinkRoutes(table)).toEqual([]);
  }
  expect(onLinkRoutes(head + row('0000D10A', '00000000', '00FF00FF'))).toEqual([]);
});
