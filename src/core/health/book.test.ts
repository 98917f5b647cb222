import { describe, expect, test } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { BackendHealth, CheckResult, HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import {
  defaultOptions,
  type FrontendOptions,
  healthCheckSchema,
} from '../../shared/model/options.ts';
import type { DeadEntry, FrontendEntry } from '../frontends/table.ts';
import { HealthBook } from './book.ts';
import { reasonOfMark } from './verdict.ts';

const start = 1_700_000_000_000;
const a = 'http://a:1';
const b = 'http://b:1';
const name = 'app.test';
const check = healthCheckSchema.parse({});

interface About {
  readonly name?: string;
  readonly urls?: readonly string[];
  readonly dead?: readonly [number, Partial<DeadEntry>][];
  readonly options?: Partial<FrontendOptions>;
}

const entryOf = ({ name: its = name, urls = [a, b], dead = [], options = {} }: About) =>
  ({
    name: its,
    list: ['id', ...urls],
    problem: null,
    options: { ...defaultOptions, ...options },
    optionsProblem: null,
    dead: new Map(
      dead.map(([index, mark]) => [
        index,
        { url: urls[index] ?? null, reason: 'refused', at: start, endsAt: start + 30_000, ...mark },
      ]),
    ),
    staleDead: new Map(),
    revision: '1',
  }) satisfies FrontendEntry;

function harness() {
  let now = start;
  const changed: string[] = [];
  const events: HealthEvent[] = [];
  const failed: string[] = [];
  const book = new HealthBook({
    wallClock: () => now,
    changed: (which) => changed.push(which),
    failed: (_name, url) => failed.push(url),
    told: (event) => events.push(event),
    probeMs: (which) => (which === name ? 3000 : null),
    portHint: (_name, url) => (url === a ? 'nothing listens on port 1' : null),
  });
  const pass = (ms: number): void => {
    now += ms;
    book.tick();
  };
  const backend = (index = 0, which = name): BackendHealth => {
    const found = book.host(which)?.backends[index];
    if (found === undefined) throw new Error(`no backend ${index}`);
    return found;
  };
  const result = (ok: boolean): CheckResult => ({
    at: now,
    ok,
    ms: 3,
    outcome: ok ? 'HEAD / answered 200' : 'refused',
  });
  return { book, changed, events, failed, pass, backend, result, now: () => now };
}

describe('checks', () => {
  function checked() {
    const all = harness();
    all.book.put(entryOf({ options: { check } }));
    all.book.checker = { kind: 'this' };
    const next = (ok: boolean): boolean => {
      all.pass(3000);
      return all.book.checked(name, a, all.result(ok), check);
    };
    return { ...all, next };
  }

  test('decide once enough of them agree, and say how far they have come', () => {
    const { backend, next } = checked();
    expect(next(true)).toBe(true);
    expect(backend()).toMatchObject({ state: 'up', streak: 1, threshold: 1 });
    expect(next(true)).toBe(false);
    expect(next(false)).toBe(true);
    expect(backend()).toMatchObject({ state: 'up', streak: 1, threshold: 2 });
    expect(backend().reason).toBe('its last check failed: refused');
    next(false);
    expect(backend()).toMatchObject({ state: 'down', reason: 'refused', streak: 2 });
    expect(backend(1).state).toBe('unknown');
  });

  test('that are refused come with who listens there, as long as it is down', () => {
    const { backend, next } = checked();
    next(true);
    expect(backend().hint).toBeUndefined();
    next(false);
    expect(backend().hint).toBeUndefined();
    next(false);
    expect(backend()).toMatchObject({ reason: 'refused', hint: 'nothing listens on port 1' });
    next(true);
    expect(backend().hint).toBeUndefined();
  });

  test('make the uptime bar, with one failure as degraded', () => {
    const { backend, next, pass } = checked();
    next(true);
    pass(limits.healthSlotMs);
    next(true);
    next(false);
    next(true);
    pass(limits.healthSlotMs);
    next(false);
    next(false);
    pass(limits.healthSlotMs);
    next(false);
    pass(limits.healthSlotMs);
    next(false);
    expect(backend().history.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      'up: HEAD / answered 200',
      'degraded: refused',
      'degraded: refused',
      'down: refused',
      'down: refused',
    ]);
  });

  test('count no more when nobody makes them', () => {
    const { book, backend, next, pass } = checked();
    next(false);
    next(false);
    expect(backend().state).toBe('down');
    book.checker = { kind: 'foreign' };
    expect(backend().state).toBe('unknown');
    expect(book.host(name)?.checker).toEqual({ kind: 'foreign' });
    book.checker = { kind: 'this' };
    expect(backend().state).toBe('down');
    pass(3 * check.intervalMs + 2 * check.timeoutMs + limits.findingsLifeMs);
    expect(backend()).toMatchObject({ state: 'unknown', reason: '' });
  });

  test('of another instance are taken over when they are newer', () => {
    const { book, backend, next, result, now } = checked();
    next(true);
    book.checker = { kind: 'other', instance: 'x' };
    const last = { ...result(false), at: now() - 1 };
    book.adopt(name, a, { verdict: 'down', streak: 2, last });
    expect(backend().state).toBe('up');
    book.adopt(name, a, { verdict: 'down', streak: 2, last: { ...last, at: now() + 1 } });
    expect(backend().state).toBe('down');
  });
});

describe('connections to what nobody checks', () => {
  function probed() {
    const all = harness();
    all.book.put(entryOf({}));
    const next = (ok: boolean): BackendHealth => {
      all.pass(3000);
      all.book.probed(name, a, {
        ...all.result(ok),
        outcome: ok ? 'accepts connections' : 'refused',
      });
      return all.backend();
    };
    const request = (outcome: 'answered' | 'BERTH_BACKEND_REFUSED' | 'BERTH_BACKEND_TIMEOUT') => {
      all.pass(10);
      const attempts = [{ index: 0, url: a, ms: 1, outcome }];
      all.book.observe([aRecord({ frontend: name, attempts })]);
      return all.backend();
    };
    return { ...all, next, request };
  }

  test('show it as down at the second failure, and up at the first success', () => {
    const { next, book } = probed();
    expect(next(true)).toMatchObject({ state: 'up', reason: 'accepts connections' });
    expect(next(false)).toMatchObject({ state: 'up', streak: 1, threshold: 2 });
    expect(next(false)).toMatchObject({ state: 'down', reason: 'refused', streak: 2 });
    expect(book.backendsDown).toBe(1);
    expect(next(true)).toMatchObject({
      state: 'up',
      lastCheck: { outcome: 'accepts connections' },
    });
    expect(book.host(name)).toMatchObject({
      check: null,
      checker: { kind: 'passive', probeMs: 3000 },
    });
  });

  test('do away with a refusal, and with a failure to answer once it was gone in between', () => {
    const { next, request } = probed();
    expect(request('BERTH_BACKEND_REFUSED').state).toBe('down');
    expect(next(true).state).toBe('up');
    request('BERTH_BACKEND_TIMEOUT');
    expect(request('BERTH_BACKEND_TIMEOUT').state).toBe('down');
    expect(next(true).state).toBe('down');
    next(false);
    next(false);
    expect(next(true)).toMatchObject({ state: 'up', reason: 'accepts connections' });
  });

  test('yield to a request that was answered since', () => {
    const { next, request } = probed();
    next(false);
    expect(next(false).state).toBe('down');
    expect(request('answered')).toMatchObject({
      state: 'up',
      reason: 'seen by requests: it answers',
    });
    expect(next(false).state).toBe('up');
    expect(next(false).state).toBe('down');
  });

  test('are told when they change, but not that what nobody has started is down', () => {
    const { next, pass, events } = probed();
    for (let i = 0; i < 5; i++) next(false);
    expect(events).toEqual([]);
    next(true);
    pass(limits.healthDebounceMs);
    expect(events).toMatchObject([{ from: 'down', to: 'up', reason: 'accepts connections' }]);
    for (let i = 0; i < 5; i++) next(false);
    expect(events).toMatchObject([{}, { from: 'up', to: 'down', reason: 'refused' }]);
  });

  test('mean nothing once a check is configured, or nobody makes them any more', () => {
    const { book, next, backend } = probed();
    next(false);
    next(false);
    book.put(entryOf({ options: { check } }));
    expect(backend().state).toBe('unknown');
    book.put(entryOf({}));
    expect(backend().state).toBe('down');
    book.unprobed(name, a);
    expect(backend().state).toBe('unknown');
  });
});

describe('a mark that is taken away', () => {
  const down = reasonOfMark('check', 'refused');

  test('before its time is a word for the backend', () => {
    const { book, backend, result } = harness();
    book.checker = { kind: 'this' };
    book.put(entryOf({ options: { check } }));
    for (let i = 0; i < 2; i++) book.checked(name, a, result(false), check);
    book.put(entryOf({ options: { check }, dead: [[0, { reason: down }]] }));
    expect(backend().state).toBe('down');
    expect(book.put(entryOf({ options: { check } }))).toEqual([a]);
    expect(backend().state).toBe('unknown');
    book.checked(name, a, result(false), check);
    expect(backend().state).toBe('unknown');
  });

  test('at its end says nothing', () => {
    const { book, backend, result, pass } = harness();
    book.checker = { kind: 'this' };
    book.put(entryOf({ options: { check }, dead: [[0, { reason: down }]] }));
    for (let i = 0; i < 2; i++) book.checked(name, a, result(false), check);
    pass(29_500);
    expect(book.put(entryOf({ options: { check } }))).toEqual([]);
    expect(backend().state).toBe('down');
  });

  test('by a change of the list says nothing', () => {
    const { book, backend, result } = harness();
    book.checker = { kind: 'this' };
    book.put(entryOf({ options: { check }, dead: [[0, { reason: down }]] }));
    for (let i = 0; i < 2; i++) book.checked(name, a, result(false), check);
    expect(book.put(entryOf({ options: { check }, urls: [b, a] }))).toEqual([]);
    expect(backend(1)).toMatchObject({ url: a, state: 'down' });
  });

  test('and a check that succeeds meanwhile stays believed', () => {
    const { book, backend, result } = harness();
    book.checker = { kind: 'this' };
    book.put(entryOf({ options: { check }, dead: [[0, { reason: 'timeout' }]] }));
    book.checked(name, a, result(true), check);
    book.put(entryOf({ options: { check } }));
    expect(backend().state).toBe('up');
  });
});

test('a URL that is listed twice is one backend, whichever of its places is marked', () => {
  const { book, backend, events, pass } = harness();
  book.put(entryOf({ urls: [a, a], dead: [[1, { endsAt: null }]] }));
  expect([backend(0).state, backend(1).state]).toEqual(['unknown', 'down']);
  for (let i = 0; i < 100; i++) pass(1000);
  expect(events.map(({ url, to }) => [url, to])).toEqual([[a, 'down']]);
  expect(book.backendsDown).toBe(1);
});

test('a mark ends by itself, also where nobody says so', () => {
  const { book, backend, pass, changed } = harness();
  book.put(entryOf({ dead: [[0, {}]] }));
  expect(backend()).toMatchObject({ state: 'down', markedForMs: 30_000, since: start });
  pass(10_000);
  expect(backend()).toMatchObject({ markedForMs: 20_000, since: start });
  changed.length = 0;
  pass(20_000);
  expect(backend()).toMatchObject({ state: 'unknown', markedForMs: null, since: start + 30_000 });
  expect(changed).toContain(name);
  expect(book.backendsDown).toBe(0);
});

test('a frontend whose list cannot be read, and one that is gone, have no health', () => {
  const { book } = harness();
  book.put(entryOf({ dead: [[0, {}]] }));
  book.put({ ...entryOf({}), list: null, problem: 'is not a list' });
  expect(book.host(name)).toBeNull();
  expect(book.backendsDown).toBe(0);
  book.put(entryOf({ dead: [[0, {}]] }));
  book.remove(name);
  expect(book.host(name)).toBeNull();
  expect(book.backendsDown).toBe(0);
});

test('the states of all backends are those that are shown, each URL once', () => {
  const { book, pass, result } = harness();
  book.put(entryOf({ urls: [a, b, a], dead: [[1, {}]], options: { drained: [] } }));
  book.put(entryOf({ name: 'z.test', urls: [a, b], options: { drained: [b] } }));
  pass(10);
  book.probed(name, a, result(true));
  expect([...book.states()]).toEqual([
    { name, url: a, state: 'up' },
    { name, url: b, state: 'down' },
    { name: 'z.test', url: a, state: 'unknown' },
    { name: 'z.test', url: b, state: 'drained' },
  ]);
});

describe('what is remembered', () => {
  test('is forgotten with the backend', () => {
    const { book, backend, failed } = harness();
    book.put(entryOf({}));
    const attempts = [{ index: 0, url: a, ms: 1, outcome: 'BERTH_BACKEND_REFUSED' as const }];
    book.observe([aRecord({ frontend: name, attempts })]);
    expect(backend().state).toBe('down');
    expect(failed).toEqual([a]);
    book.put(entryOf({ urls: [b] }));
    book.put(entryOf({}));
    expect(backend()).toMatchObject({ state: 'unknown', history: [] });
  });

  test('is bounded: what is over is shown by its marks alone', () => {
    const { book, backend } = harness();
    const many = Array.from({ length: 4000 }, (_, i) => `http://h${i}:1`);
    const dead = many.map((_, i): [number, Partial<DeadEntry>] => [i, {}]);
    book.put(entryOf({ name: 'one', urls: many, dead }));
    book.put(entryOf({ name: 'two', urls: many, dead }));
    expect(book.backendsDown).toBe(limits.maxHealthBackends);
    expect(backend(3999, 'two')).toMatchObject({ state: 'down', history: [] });
  });

  test('of many backends has shorter histories', () => {
    const { book, pass } = harness();
    const many = Array.from({ length: 4000 }, (_, i) => `http://h${i}:1`);
    const dead = many.map((_, i): [number, Partial<DeadEntry>] => [i, { endsAt: null }]);
    book.put(entryOf({ urls: many, dead }));
    for (let i = 0; i < limits.maxHealthSlots; i++) pass(limits.healthSlotMs);
    const slots = (book.host(name)?.backends ?? []).map(({ history }) => history.length);
    expect(slots.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(
      limits.maxAllHealthSlots,
    );
    expect(Math.min(...slots)).toBeGreaterThan(40);
  });
});

test('a thousand requests that are answered change nothing after the first', () => {
  const { book, changed, backend } = harness();
  book.put(entryOf({}));
  changed.length = 0;
  const attempts = [{ index: 0, url: a, ms: 1, outcome: 'answered' as const }];
  book.observe(Array.from({ length: 1000 }, () => aRecord({ frontend: name, attempts })));
  expect(changed).toEqual([name]);
  expect(backend()).toMatchObject({ state: 'up', history: [{ state: 'up' }] });
});
