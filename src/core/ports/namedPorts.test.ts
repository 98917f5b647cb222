import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import type { FrontendEntry } from '../frontends/table.ts';
import { createNamedPorts, localPortOf } from './namedPorts.ts';

const entry = (name: string, ...urls: string[]): readonly [string, FrontendEntry] => [
  name,
  {
    name,
    list: [name, ...urls],
    problem: null,
    options: defaultOptions,
    optionsProblem: null,
    dead: new Map(),
    staleDead: new Map(),
    revision: '1',
  },
];

test.each([
  ['http://localhost:5173', 5173],
  ['http://127.0.0.1:3000/', 3000],
  ['http://127.1.2.3:3000', 3000],
  ['https://[::1]:8443', 8443],
  ['http://web.localhost', 80],
  ['https://LOCALHOST', 443],
  ['http://10.0.0.1:5173', null],
  ['http://localhost.example.org:1', null],
  ['http://[2001:db8::1]:1', null],
  ['not a url', null],
  ['http://127.0.0.1:99999', null],
])('%s is a backend on this machine at port %j', (url, port) => {
  expect(localPortOf(url)).toBe(port);
});

test('ports that backends of this machine name, with the frontends', () => {
  const named = createNamedPorts();
  const entries = new Map([
    entry('a.test', 'http://localhost:1', 'http://10.0.0.1:9', 'http://[::1]:1'),
    entry('b.test', 'http://127.0.0.1:1', 'http://127.0.0.1:2'),
    entry('c.test'),
  ]);
  expect([...named.of({ entries, version: 1 })]).toEqual([1, 2]);
  expect([...named.hosts(entries)]).toEqual([
    [1, ['a.test', 'b.test']],
    [2, ['b.test']],
  ]);
});

test('of very many frontends some are read at a time, and of one port some are told', () => {
  const named = createNamedPorts();
  const entries = new Map(
    Array.from({ length: 5000 }, (_, i) => entry(`h${i}.test`, `http://localhost:${1 + i}`)),
  );
  const table = { entries, version: 1 };
  expect(named.of(table).size).toBe(2000);
  expect(named.of(table).size).toBe(4000);
  const all = named.of(table);
  expect(all.size).toBe(5000);
  expect(named.of(table)).toBe(all);
  entries.delete('h7.test');
  expect(named.of({ entries, version: 2 }).size).toBe(4999);

  const same = new Map(
    Array.from({ length: 100 }, (_, i) => entry(`h${i}.test`, 'http://localhost:1')),
  );
  expect(named.hosts(same).get(1)).toHaveLength(limits.maxPortHosts);
});

test('frontends that change and name the same ports are no news', () => {
  const named = createNamedPorts();
  const before = named.of({
    entries: new Map([entry('a.test', 'http://localhost:1')]),
    version: 1,
  });
  const entries = new Map([entry('a.test', 'http://127.0.0.1:1', 'http://10.0.0.1:2')]);
  expect(named.of({ entries, version: 2 })).toBe(before);
});
