import { expect, test } from 'vitest';
import { inspectAnswer } from './answers.ts';
import { Borrowed } from './borrowed.ts';
import { readContainer } from './container.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const vpn = (second: number, Status = 'running') => ({
  Id: 'vpn',
  Name: '/shop-vpn-1',
  State: { Status, Pid: 7, StartedAt: at(second) },
  HostConfig: { NetworkMode: 'shop_default' },
  Config: { ExposedPorts: { '8888/tcp': {} } },
  NetworkSettings: {
    Ports: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8000' }] },
    Networks: { shop_default: { IPAddress: '172.18.0.2', NetworkID: 'n1' } },
  },
});

const app = (mode: string, exposed: readonly number[] = [8080]) => ({
  Id: 'app',
  Name: '/app',
  State: { Status: 'running', Pid: 8, StartedAt: at(5) },
  HostConfig: { NetworkMode: mode },
  Config: { ExposedPorts: Object.fromEntries(exposed.map((port) => [`${port}/tcp`, {}])) },
  NetworkSettings: { Ports: {}, Networks: {} },
});

const read = (...answers: readonly unknown[]) =>
  new Map(
    answers.map((answer) => {
      const parsed = inspectAnswer.parse(answer);
      return [parsed.Id, readContainer('unix:///e.sock', parsed, false, new Map())] as const;
    }),
  );

const joined = (...answers: readonly unknown[]) => new Borrowed().join(read(...answers)).get('app');

test.each(['container:vpn', 'container:shop-vpn-1'])('%s is the network of that one', (mode) => {
  const found = joined(vpn(1), app(mode));
  expect(found?.networks.flatMap(({ addresses }) => addresses)).toEqual(['172.18.0.2']);
  expect(found?.ports).toEqual([{ port: 8080, published: [{ address: '0.0.0.0', port: 8000 }] }]);
});

test('who exposes nothing has the ports that the other one publishes', () => {
  expect(joined(vpn(1), app('container:vpn', []))?.ports.map(({ port }) => port)).toEqual([8080]);
});

test('a network ends with the run of its container', () => {
  const none = { networks: [], ports: [{ port: 8080, published: [] }] };
  expect(joined(vpn(1, 'exited'), app('container:vpn'))).toMatchObject(none);
  expect(joined(vpn(9), app('container:vpn'))).toMatchObject(none);
  expect(joined(app('container:vpn'))).toMatchObject(none);
  expect(joined(app('container:app'))).toMatchObject(none);
});

test('what has not changed is the same object', () => {
  const borrowed = new Borrowed();
  const all = read(vpn(1), app('container:vpn'));
  const first = borrowed.join(all);
  expect(borrowed.join(all).get('app')).toBe(first.get('app'));
  expect(borrowed.join(all).get('vpn')).toBe(all.get('vpn')?.container);
  const other = borrowed.join(new Map([...all, ...read({ ...vpn(2) })]));
  expect(other.get('app')).not.toBe(first.get('app'));
});
