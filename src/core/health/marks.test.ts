import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../shared/model/options.ts';
import type { DeadEntry } from '../frontends/table.ts';
import type { CheckState } from './checkState.ts';
import { planMarks } from './marks.ts';
import { type MarkKind, reasonOfMark } from './verdict.ts';

const now = 1_000_000;
const ttlMs = 30_000;
const a = 'http://a:1';
const b = 'http://b:1';

const up: CheckState = {
  verdict: 'up',
  streak: 1,
  last: { at: now - 10, ok: true, ms: 1, outcome: 'fine' },
};
const down: CheckState = {
  verdict: 'down',
  streak: 2,
  last: { at: now - 10, ok: false, ms: 1, outcome: 'refused' },
};
const failing: CheckState = { ...down, verdict: 'up', streak: 1 };
const unknown: CheckState = { verdict: 'unknown', streak: 0, last: null };

const mark = (about: Partial<DeadEntry> = {}): DeadEntry => ({
  url: a,
  reason: reasonOfMark('check', 'refused'),
  at: now - 5000,
  endsAt: now + ttlMs,
  ...about,
});

interface Case {
  readonly urls?: readonly string[];
  readonly dead?: readonly [number, DeadEntry][];
  readonly stale?: readonly [number, DeadEntry][];
  readonly a?: CheckState | null;
  readonly drained?: readonly string[];
  readonly kind?: MarkKind;
}

function plan({
  urls = [a, b],
  dead = [],
  stale = [],
  a: state = up,
  drained = [],
  kind = 'check',
}: Case) {
  const options = { ...defaultOptions, drained: [...drained] };
  const entry = {
    options,
    list: ['id', ...urls],
    dead: new Map(dead),
    staleDead: new Map(stale),
  };
  return planMarks(entry, (url) => (url === a ? state : up), now, ttlMs, kind);
}

const nothing = { add: [], remove: [], renew: false };

describe('marks follow checks', () => {
  test.each<[string, Case, Partial<ReturnType<typeof plan>>]>([
    ['up and unmarked', {}, {}],
    ['down and unmarked', { a: down }, { add: [{ index: 0, url: a, outcome: 'refused' }] }],
    ['down and marked', { a: down, dead: [[0, mark()]] }, {}],
    [
      'down, and the mark is about to end',
      { a: down, dead: [[0, mark({ endsAt: now + ttlMs / 2 })]] },
      { renew: true },
    ],
    ['down, and the mark stays by itself', { a: down, dead: [[0, mark({ endsAt: null })]] }, {}],
    [
      'down, and marked by another program',
      { a: down, dead: [[0, mark({ url: null, reason: '', at: 0 })]] },
      {},
    ],
    ['up and marked', { dead: [[0, mark()]] }, { remove: [0] }],
    [
      'up, and marked by a request before the check',
      { dead: [[0, mark({ reason: 'refused' })]] },
      { remove: [0] },
    ],
    ['up, and marked after the check began', { dead: [[0, mark({ at: now - 5 })]] }, {}],
    [
      'up, and marked nobody knows when',
      { dead: [[0, mark({ url: null, at: 0 })]] },
      { remove: [0] },
    ],
    ['up, but the last check failed', { a: failing, dead: [[0, mark()]] }, {}],
    ['not known yet', { a: unknown, dead: [[0, mark()]] }, {}],
    ['not checked', { a: null, dead: [[0, mark()]] }, {}],
    ['alone and down', { urls: [a], a: down }, {}],
    [
      'alone, down and marked by a check',
      { urls: [a], a: down, dead: [[0, mark()]] },
      { remove: [0] },
    ],
    [
      'alone, down and marked by somebody',
      { urls: [a], a: down, dead: [[0, mark({ reason: 'by hand' })]] },
      {},
    ],
    ['down beside one that is drained', { a: down, drained: [b] }, {}],
    ['down beside one that cannot be used', { urls: [a, 'nonsense'], a: down }, {}],
    [
      'drained and down',
      { a: down, drained: [a] },
      { add: [{ index: 0, url: a, outcome: 'refused' }] },
    ],
    ['marked where something else stands now', { stale: [[3, mark()]] }, { remove: [3] }],
    [
      'listed twice',
      { urls: [a, b, a], a: down, dead: [[2, mark()]] },
      { add: [{ index: 0, url: a, outcome: 'refused' }] },
    ],
  ])('%s', (_what, about, expected) => {
    expect(plan(about)).toEqual({ ...nothing, ...expected });
  });
});

describe('marks follow the HEALTHCHECK of containers', () => {
  const ill = mark({ reason: reasonOfMark('container', 'its container is unhealthy') });
  const kind = 'container';
  const add = [{ index: 0, url: a, outcome: 'refused' }];

  test.each<[string, Case, Partial<ReturnType<typeof plan>>]>([
    ['unhealthy and unmarked', { kind, a: down }, { add }],
    ['unhealthy and marked', { kind, a: down, dead: [[0, ill]] }, {}],
    ['unhealthy, and alone', { kind, a: down, urls: [a] }, {}],
    [
      'unhealthy, marked, and alone by now',
      { kind, a: down, urls: [a], dead: [[0, ill]] },
      { remove: [0] },
    ],
    ['unhealthy, and marked by a check', { kind, a: down, dead: [[0, mark()]] }, {}],
    [
      'unhealthy, with a mark that ends',
      { kind, a: down, dead: [[0, { ...ill, endsAt: now + 10 }]] },
      { renew: true },
    ],
    ['healthy again', { kind, dead: [[0, ill]] }, { remove: [0] }],
    ['healthy, and marked by a request', { kind, dead: [[0, mark({ reason: 'refused' })]] }, {}],
    ['begun anew', { kind, a: null, dead: [[0, ill]] }, { remove: [0] }],
    [
      'begun anew, and marked by a request',
      { kind, a: null, dead: [[0, mark({ reason: '' })]] },
      {},
    ],
    ['marks of what stood elsewhere are not its', { kind, stale: [[5, mark()]] }, {}],
  ])('%s', (_title, given, expected) => {
    expect(plan(given)).toEqual({ ...nothing, ...expected });
  });

  test('and a check that succeeds does not take them back', () => {
    expect(plan({ dead: [[0, { ...ill, at: now - 5000 }]] })).toEqual(nothing);
  });
});
