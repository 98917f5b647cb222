import { describe, expect, test } from 'vitest';
import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import { applyWrites, type Writer } from './apply.ts';
import { countsOf, type PlannedWrite, planImport, writesOf } from './plan.ts';
import type { Wanted } from './wanted.ts';

const a = 'http://127.0.0.1:1';
const b = 'http://127.0.0.1:2';
const c = 'http://127.0.0.1:3';

const view = (name: string, backends: readonly string[], more: Partial<HostView> = {}) => ({
  name,
  identifier: name,
  backends,
  options: defaultOptions,
  findings: [],
  revision: `${name} now`,
  ...more,
});
const wanted = (name: string, backends: readonly string[], more: Partial<Wanted> = {}): Wanted => ({
  name,
  identifier: null,
  backends,
  options: null,
  line: 1,
  ...more,
});
const planOne = (existing: HostView | null, one: Wanted) => {
  const [entry] = planImport(new Map(existing === null ? [] : [[existing.name, existing]]), [one]);
  if (entry === undefined) throw new Error('no entry');
  return entry;
};

describe('an import', () => {
  test('adds a frontend that is not there; its identifier is its name', () => {
    expect(planOne(null, wanted('app', [a]))).toEqual({
      kind: 'added',
      name: 'app',
      line: 1,
      after: { identifier: 'app', backends: [a], options: defaultOptions },
    });
  });

  test('leaves what is the same, in whatever order', () => {
    expect(planOne(view('app', [a, b]), wanted('app', [b, a])).kind).toBe('same');
    expect(planOne(view('app', [a, a]), wanted('app', [a])).kind).toBe('conflict');
  });

  test('leaves what mappings say of their containers', () => {
    const container = { what: 'web', state: 'stopped', until: 0 } as const;
    const existing = view('app', [a], { options: { ...defaultOptions, container } });
    expect(planOne(existing, wanted('app', [a], { options: defaultOptions })).kind).toBe('same');
  });

  test('says nothing of identifier and options where the document does not', () => {
    const options = { ...defaultOptions, policy: 'sticky' as const };
    const existing = view('app', [a], { identifier: 'Mine', options });
    expect(planOne(existing, wanted('app', [a])).kind).toBe('same');
    expect(planOne(existing, wanted('app', [b]))).toMatchObject({
      kind: 'conflict',
      after: { identifier: 'Mine', options, backends: [b] },
    });
  });

  test('changes identifier and options, and keeps the order of the backends', () => {
    const options = { ...defaultOptions, policy: 'sticky' as const };
    const entry = planOne(
      view('app', [a, b]),
      wanted('app', [b, a], { identifier: 'New', options }),
    );
    expect(entry).toMatchObject({
      kind: 'changed',
      before: { identifier: 'app', options: defaultOptions },
      after: { identifier: 'New', options, backends: [a, b] },
      revision: 'app now',
    });
  });

  test('is a conflict where there are other backends; weights of those that go, go too', () => {
    const options = { ...defaultOptions, weights: { [a]: 2, [b]: 3 }, drained: [a] };
    expect(planOne(view('app', [a, b], { options }), wanted('app', [b, c]))).toMatchObject({
      kind: 'conflict',
      after: { backends: [b, c], options: { weights: { [b]: 3 }, drained: [] } },
    });
  });

  test('does not touch what is no frontend', () => {
    const finding = {
      rule: 'unreadable',
      severity: 'error',
      message: 'it is not a list',
      advice: '',
    } as const;
    const entry = planOne(view('app', [], { findings: [finding] }), wanted('app', [a]));
    expect(entry).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('no frontend'),
    });
  });

  test('does not replace options that cannot be read', () => {
    const finding = {
      rule: 'unreadable-options',
      severity: 'error',
      message: 'its options are not JSON',
      advice: '',
    } as const;
    const existing = view('app', [a], { findings: [finding] });
    expect(planOne(existing, wanted('app', [a], { options: defaultOptions })).kind).toBe('refused');
    expect(planOne(existing, wanted('app', [a])).kind).toBe('same');
  });

  test('writes nothing while there are conflicts, unless told what to do with them', () => {
    const existing = new Map([
      ['same', view('same', [a])],
      ['other', view('other', [a])],
    ]);
    const plan = planImport(existing, [
      wanted('new', [a]),
      wanted('other', [b]),
      wanted('same', [a]),
    ]);
    expect(countsOf(plan)).toEqual({ added: 1, changed: 0, same: 1, conflict: 1, refused: 0 });
    expect(writesOf(plan, 'stop')).toBeNull();
    const named = (writes: readonly PlannedWrite[] | null) =>
      writes?.map(({ name, expect: seen }) => `${name}: ${seen}`);
    expect(named(writesOf(plan, 'skip'))).toEqual(['new: ']);
    expect(named(writesOf(plan, 'replace'))).toEqual(['new: ', 'other: other now']);
  });
});

describe('applying', () => {
  const write = (name: string, before: readonly string[] | null): PlannedWrite => ({
    name,
    before:
      before === null ? null : { identifier: 'old', backends: before, options: defaultOptions },
    after: { identifier: name, backends: [a], options: { ...defaultOptions, policy: 'sticky' } },
    expect: before === null ? '' : `${name} seen`,
  });

  /** A store of revisions: each write gives a name the next one. */
  const writer = (refuse: (call: string) => boolean) => {
    const calls: string[] = [];
    let revision = 0;
    const call = (text: string): void => {
      calls.push(text);
      if (refuse(text)) throw new BerthError('BERTH_CONFLICT', text);
    };
    const made: Writer = {
      set: async ({ name, backends, expect: seen, options }) => {
        call(`set ${name} ${backends?.join()} ${options?.policy} expecting "${seen}"`);
        return { revision: `r${++revision}` };
      },
      remove: async ({ name, expect: seen }) => call(`remove ${name} expecting "${seen}"`),
    };
    return { made, calls };
  };
  const writes = [write('one', null), write('two', [b]), write('three', null)];
  const { signal } = new AbortController();

  test('makes each write only while the store has what was seen', async () => {
    const { made, calls } = writer(() => false);
    const seen: number[] = [];
    const applied = await applyWrites(writes, made, { signal, progress: (n) => seen.push(n) });
    expect(applied).toEqual({ ok: true, written: 3 });
    expect(calls).toEqual([
      `set one ${a} sticky expecting ""`,
      `set two ${a} sticky expecting "two seen"`,
      `set three ${a} sticky expecting ""`,
    ]);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('sets no more than what differs', async () => {
    const inputs: unknown[] = [];
    const content = { identifier: 'app', backends: [a], options: defaultOptions };
    const options = { ...defaultOptions, redirectToHttps: true };
    const set: Writer['set'] = async (input) => {
      inputs.push(input);
      return { revision: 'r' };
    };
    const applied = await applyWrites(
      [
        { name: 'app', before: content, after: { ...content, identifier: 'New' }, expect: 'x' },
        { name: 'app', before: { ...content, options }, after: content, expect: 'x' },
        { name: 'app', before: null, after: content, expect: '' },
      ],
      { set, remove: async () => undefined },
      { signal },
    );
    expect(applied.ok).toBe(true);
    const group = { id: expect.stringMatching(/./), verb: 'imported' };
    expect(inputs).toEqual([
      { name: 'app', identifier: 'New', expect: 'x', group },
      { name: 'app', options: { redirectToHttps: null }, expect: 'x', group },
      { name: 'app', backends: [a], expect: '', group },
    ]);
  });

  test('takes back what it wrote when a write is refused, last first, and compares again', async () => {
    const { made, calls } = writer((call) => call.startsWith('set three'));
    const applied = await applyWrites(writes, made, { signal });
    expect(applied).toMatchObject({
      ok: false,
      at: 'three',
      takenBack: ['two', 'one'],
      left: [],
      error: { code: 'BERTH_CONFLICT' },
    });
    expect(calls.slice(3)).toEqual([
      `set two ${b} null expecting "r2"`,
      'remove one expecting "r1"',
    ]);
  });

  test('says what it could not take back', async () => {
    const { made } = writer((call) => /^set three|^set two .*r2/.test(call));
    const applied = await applyWrites(writes, made, { signal });
    expect(applied).toMatchObject({
      takenBack: ['one'],
      left: [{ name: 'two', reason: expect.stringContaining('Somebody else changed this') }],
    });
  });

  describe('many', () => {
    const names = Array.from({ length: 3 * limits.importWrites }, (_, i) => `h${i}`);
    const many = names.map((name) => write(name, null));
    /** A store that answers in its own time, and knows what it has and how many writes were under way. */
    const slow = (answered: (name: string) => void) => {
      const has = new Set<string>();
      let underWay = 0;
      let most = 0;
      const made: Writer = {
        set: async ({ name }) => {
          most = Math.max(most, ++underWay);
          await new Promise(setImmediate);
          underWay--;
          answered(name);
          has.add(name);
          return { revision: name };
        },
        remove: async ({ name }) => has.delete(name),
      };
      return { made, has, most: () => most };
    };

    test('are under way at a time, up to the limit', async () => {
      const { made, has, most } = slow(() => undefined);
      expect(await applyWrites(many, made, { signal })).toEqual({ ok: true, written: many.length });
      expect([has.size, most()]).toEqual([many.length, limits.importWrites]);
    });

    test('are taken back with those that were under way when one was refused', async () => {
      const refused = 'h20';
      const { made, has } = slow((name) => {
        if (name === refused) throw new BerthError('BERTH_CONFLICT', name);
      });
      const applied = await applyWrites(many, made, { signal });
      expect(applied).toMatchObject({ ok: false, at: refused, left: [] });
      expect(has.size).toBe(0);
    });

    test('end when they are to end, and what was written is taken back', async () => {
      const ending = new AbortController();
      const { made, has } = slow(() => undefined);
      let told = 0;
      const applied = await applyWrites(many, made, {
        signal: ending.signal,
        progress: () => {
          told++;
          ending.abort();
        },
      });
      // What was under way is finished, and no further begun.
      expect(applied).toMatchObject({ ok: false, left: [] });
      expect(applied.ok ? [] : applied.takenBack).toHaveLength(limits.importWrites);
      expect([told, has.size]).toEqual([limits.importWrites, 0]);
    });
  });
});
