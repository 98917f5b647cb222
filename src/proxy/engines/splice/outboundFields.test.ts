import { expect, test } from 'vitest';
import { readRequestFields } from '../../headers/requestFields.ts';
import { type OutboundFacts, OutboundFields } from './outboundFields.ts';

const make = () =>
  new OutboundFields({
    view: { address: '::ffff:127.0.0.1', scheme: 'http', port: '80' },
    mode: 'keep',
    via: 'berth-a1b2c3',
    keepAlive: true,
  });

const fields = readRequestFields(['Host', 'a.localhost', 'Max-Forwards', '3', 'X', '1'], false);
const facts: OutboundFacts = {
  fields,
  httpVersion: '1.1',
  host: 'a.localhost',
  hostField: 'a.localhost',
  backendHost: null,
  backend: 0,
  maxForwards: null,
  isUpgrade: false,
  emptyBody: false,
};

test('a backend gets the fields of the client, and ours', () => {
  expect(make().text(facts)).toBe(
    'Host: a.localhost\r\nMax-Forwards: 3\r\nX: 1\r\nx-forwarded-for: ::ffff:127.0.0.1\r\n' +
      'x-real-ip: ::ffff:127.0.0.1\r\nx-forwarded-proto: http\r\nx-forwarded-protocol: http\r\n' +
      'x-forwarded-port: 80\r\nx-forwarded-host: a.localhost\r\nVia: 1.1 berth-a1b2c3\r\n' +
      'x-berth-trail: berth-a1b2c3/a.localhost#0\r\nConnection: keep-alive\r\n\r\n',
  );
});

const others: readonly Partial<OutboundFacts>[] = [
  { fields: readRequestFields(['Host', 'a.localhost', 'X', '2'], false) },
  { httpVersion: '1.0' },
  { host: 'b.localhost' },
  { hostField: 'A.localhost' },
  { backendHost: '127.0.0.1:3000' },
  { backend: 1 },
  { maxForwards: '2' },
  { isUpgrade: true },
  { emptyBody: true },
];

test.each(others)('what was written before does not do for a request with %j', (change) => {
  const outbound = make();
  const before = outbound.text(facts);
  const changed = outbound.text({ ...facts, ...change });
  expect(changed).toBe(make().text({ ...facts, ...change }));
  expect(changed).not.toBe(before);
  expect(outbound.text({ ...facts })).toBe(before);
});

test('every fact is looked at', () => {
  expect(others.flatMap((change) => Object.keys(change)).sort()).toEqual(Object.keys(facts).sort());
});
