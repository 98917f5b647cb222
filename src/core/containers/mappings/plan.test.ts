import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FakeContainers,
  fakeContainer,
  fakeEngine,
  fakeWants,
  fakeWay,
  ofService,
  wanting,
} from '../../../../test/support/fakeContainers.ts';
import type { Container, ContainerEngineState } from '../../../shared/model/container.ts';
import {
  formatMapping,
  type Mapping,
  type MappingTarget,
  mappingId,
} from '../../../shared/model/mapping.ts';
import {
  type ContainerNote,
  defaultOptions,
  type FrontendOptions,
} from '../../../shared/model/options.ts';
import { aimOf, nothingRemembered, type Remembered } from './aim.ts';
import { wishesOf } from './labels.ts';
import { type HostPlan, type HostPresent, planHost } from './plan.ts';
import { claimsOf, foreignOf, type StoredMappings } from './stored.ts';
import { Survey } from './world.ts';
import { stepOf } from './write.ts';

const name = 'app.localhost';
const now = 1_000_000_000;
const here = { id: 'machine-here', name: 'here' };
const there = { id: 'machine-there', name: 'there' };
const shop: MappingTarget = { kind: 'service', project: 'shop', service: 'web' };

const mapping = (changes: Partial<Mapping> = {}): Mapping => ({
  machine: here,
  engine: fakeEngine,
  target: shop,
  port: 8080,
  scheme: 'http',
  source: 'hand',
  from: '',
  made: false,
  backends: [],
  ...changes,
});

const url = (address: string): string => `http://${address}:8080`;

const storedOf = (mappings: readonly Mapping[]): StoredMappings => ({
  mappings: new Map(mappings.map((one) => [mappingId(one), one])),
  texts: new Map(mappings.map((one) => [mappingId(one), formatMapping(one)])),
  problem: null,
});

interface Given {
  /** URLs; null: no such frontend. */
  readonly list?: readonly string[] | null;
  readonly options?: Partial<FrontendOptions>;
  readonly mappings?: readonly Mapping[];
  readonly containers?: readonly Container[];
  readonly engine?: ContainerEngineState;
  readonly made?: Mapping;
  readonly ended?: readonly Mapping[];
  readonly remembered?: Remembered;
  readonly isReady?: boolean | null;
  readonly kind?: 'docker' | 'podman';
}

const presentOf = ({ list = [], options = {}, mappings = [] }: Given): HostPresent => ({
  list: list === null ? { kind: 'absent' } : { kind: 'list', list: ['App', ...list] },
  options: { ...defaultOptions, ...options },
  mappings: storedOf(mappings),
});

function planOf(given: Given, present = presentOf(given), machine = here): HostPlan | null {
  const { containers = [], engine = 'running', isReady = null } = given;
  const source = new FakeContainers(...containers);
  source.is(engine);
  const survey = new Survey(source);
  const world = survey.world({
    findWay: fakeWay,
    findWants: fakeWants,
    isReady: () => isReady,
    now,
  });
  const wishes = wishesOf(survey.containers, fakeWants, machine, () => present.mappings.mappings);
  return planHost(present, {
    name,
    machine: machine.id,
    aim: (one) => aimOf(name, one, world, given.remembered ?? nothingRemembered),
    wish: wishes.byName.get(name) ?? null,
    made: given.made ?? null,
    ended: new Set((given.ended ?? []).map(mappingId)),
    kindOf: () => given.kind ?? 'docker',
    now,
  });
}

/** What a frontend is after a plan. */
function applied(present: HostPresent, plan: HostPlan | null): HostPresent {
  if (plan === null) return present;
  const texts = new Map(present.mappings.texts);
  const mappings = new Map(present.mappings.mappings);
  for (const [id, text] of plan.mappings) {
    if (text === null) {
      texts.delete(id);
      mappings.delete(id);
    } else {
      texts.set(id, text);
      mappings.set(id, JSON.parse(text) as Mapping);
    }
  }
  return {
    list: plan.list === null ? { kind: 'absent' } : { kind: 'list', list: plan.list },
    options: plan.list === null ? defaultOptions : (plan.options ?? present.options),
    mappings: { texts, mappings, problem: null },
  };
}

interface Result {
  readonly list: readonly string[] | null;
  readonly note: ContainerNote | null;
  readonly backends: readonly (readonly string[])[];
}

function resultOf(given: Given): Result {
  const present = presentOf(given);
  const { list, options, mappings } = applied(present, planOf(given, present));
  return {
    list: list.kind === 'list' ? list.list.slice(1) : null,
    note: options?.container ?? null,
    backends: [...mappings.mappings.values()].map(({ backends }) => backends),
  };
}

const foreign = 'http://10.9.9.9:1';
const one = ofService('shop-web-1', '10.0.0.1');
const two = ofService('shop-web-2', '10.0.0.2');
const stopped = { what: 'web of shop', state: 'stopped', until: 0 } as const;

describe('a mapping of a service', () => {
  test.each<[string, Given, Partial<Result> | object]>([
    [
      'lists each of its running containers',
      { mappings: [mapping()], containers: [two, one], list: [foreign] },
      { list: [foreign, url('10.0.0.1'), url('10.0.0.2')], note: null },
    ],
    [
      'lists no container of another service, project or engine',
      {
        mappings: [mapping()],
        containers: [
          one,
          ofService('b', '10.0.0.3', { service: 'api' }),
          ofService('c', '10.0.0.4', { project: 'blog' }),
          ofService('d', '10.0.0.5', { engine: 'tcp://other:1' }),
          fakeContainer('web', '10.0.0.6'),
        ],
      },
      { list: [url('10.0.0.1')] },
    ],
    [
      'forgets one that is stopped, paused or gone',
      {
        mappings: [mapping({ backends: ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(url) })],
        list: [url('10.0.0.1'), foreign, url('10.0.0.2'), url('10.0.0.3')],
        containers: [
          one,
          { ...two, state: 'paused' },
          ofService('x', '10.0.0.3', { state: 'exited' }),
        ],
      },
      { list: [url('10.0.0.1'), foreign], backends: [[url('10.0.0.1')]] },
    ],
    [
      'puts the new address where the old one stood',
      {
        mappings: [mapping({ backends: [url('10.0.0.7')] })],
        list: [url('10.0.0.7'), foreign],
        containers: [one],
      },
      { list: [url('10.0.0.1'), foreign] },
    ],
    [
      'says that its containers are stopped',
      {
        mappings: [mapping({ backends: [url('10.0.0.1')] })],
        list: [url('10.0.0.1')],
        containers: [{ ...one, state: 'exited' }],
      },
      { list: [], note: stopped, backends: [[]] },
    ],
    [
      'says so with the engine that they are started with',
      {
        mappings: [mapping({ backends: [url('10.0.0.1')] })],
        list: [url('10.0.0.1')],
        containers: [{ ...one, state: 'exited' }],
        kind: 'podman',
      },
      { list: [], note: { ...stopped, engine: 'podman' } },
    ],
    [
      'says nothing while something else is listed',
      { mappings: [mapping()], list: [foreign], options: { container: stopped } },
      { list: [foreign], note: null },
    ],
    [
      'makes the frontend again that somebody deleted',
      { mappings: [mapping({ backends: [url('10.0.0.1')] })], list: null, containers: [one] },
      { list: [url('10.0.0.1')] },
    ],
    [
      'leaves everything while its engine is away',
      {
        mappings: [mapping({ backends: [url('10.0.0.1')] })],
        list: [url('10.0.0.1'), foreign],
        engine: 'stopped',
        containers: [two],
      },
      { list: [url('10.0.0.1'), foreign], backends: [[url('10.0.0.1')]] },
    ],
    [
      'has no more backends than there may be',
      {
        mappings: [mapping()],
        containers: Array.from({ length: 100 }, (_, i) => ofService(`w${i}`, `10.1.0.${i}`)),
      },
      { backends: [expect.objectContaining({ length: 64 }) as readonly string[]] },
    ],
  ])('%s', (_title, given, expected) => {
    expect(resultOf(given)).toMatchObject(expected);
  });

  test('writes nothing when all is as it should be', () => {
    const backends = [url('10.0.0.1')];
    expect(planOf({ mappings: [mapping({ backends })], list: backends, containers: [one] })).toBe(
      null,
    );
  });

  test('does not touch what cannot be read', () => {
    const present = presentOf({ mappings: [mapping()] });
    const list = { kind: 'unreadable', problem: 'it is not a list' } as const;
    expect(planOf({ containers: [one] }, { ...present, list })).toBe(null);
    const options = planOf({ containers: [] }, { ...present, options: null });
    expect(options).toBe(null);
  });
});

describe('a start', () => {
  const young = { ...one, startedAt: now - 1000 };
  const until = now - 1000 + 60_000;
  const starting = { what: 'web of shop', state: 'starting', until };

  test.each<[string, Given, Partial<Result> | object]>([
    [
      'is waited for until a connection is taken',
      { mappings: [mapping()], containers: [young], isReady: false },
      { list: [], note: starting },
    ],
    [
      'is over when one is',
      { mappings: [mapping()], containers: [young], isReady: true },
      { list: [url('10.0.0.1')], note: null },
    ],
    [
      'that was not looked at yet leaves what is listed',
      {
        mappings: [mapping({ backends: [url('10.0.0.1')] })],
        list: [url('10.0.0.1')],
        containers: [young],
        isReady: null,
      },
      { list: [url('10.0.0.1')] },
    ],
    [
      'that was not looked at yet lists nothing anew',
      { mappings: [mapping()], containers: [young], isReady: null },
      { list: [], note: starting },
    ],
    [
      'is not waited for while another is up',
      { mappings: [mapping()], containers: [young, two], isReady: false },
      { list: [url('10.0.0.2')], note: null },
    ],
    [
      'that takes too long is over',
      { mappings: [mapping()], containers: [{ ...one, startedAt: now - 60_000 }], isReady: false },
      { list: [url('10.0.0.1')], note: null },
    ],
    [
      'goes on as long as its HEALTHCHECK says so, and it takes no connection',
      {
        mappings: [mapping()],
        containers: [{ ...one, startedAt: now - 70_000, health: 'starting' }],
        isReady: false,
      },
      { list: [], note: { ...starting, until: now + 50_000 } },
    ],
    [
      'of a container that ends again and again is over in time',
      {
        mappings: [mapping()],
        containers: [{ ...one, state: 'restarting', startedAt: now - 10 }],
        remembered: { ...nothingRemembered, startingSince: now - 60_000 },
      },
      { list: [], note: stopped },
    ],
    [
      'of one that is only made begins with that',
      { mappings: [mapping()], containers: [{ ...one, state: 'created', startedAt: null }] },
      { list: [], note: { ...starting, until: now + 60_000 } },
    ],
  ])('%s', (_title, given, expected) => {
    expect(resultOf(given)).toMatchObject(expected);
  });
});

describe('what was there by hand', () => {
  const same = url('10.0.0.1');

  test("is no mapping's, although it is the same, and stays when the mapping goes", () => {
    const given = { mappings: [mapping()], list: [same], containers: [one] };
    expect(resultOf(given)).toMatchObject({ list: [same], backends: [[]] });
    expect(resultOf({ ...given, ended: [mapping()] })).toMatchObject({
      list: [same],
      backends: [],
    });
  });

  test("stays beside a mapping's own when that goes", () => {
    const mappings = [mapping({ backends: [same] })];
    expect(resultOf({ mappings, list: [same, same], containers: [] })).toMatchObject({
      list: [same],
    });
  });
});

describe('several mappings of a host', () => {
  const byName = mapping({ target: { kind: 'container', name: 'shop-web-1' } });
  const theirs = mapping({ machine: there, backends: [url('10.0.0.8')] });

  test('share an address, which stays until the last of them goes', () => {
    const mappings = [mapping({ backends: [url('10.0.0.1')] }), byName];
    const given = { mappings, list: [url('10.0.0.1')], containers: [one] };
    expect(resultOf(given)).toMatchObject({
      list: [url('10.0.0.1')],
      backends: [[url('10.0.0.1')], [url('10.0.0.1')]],
    });
    const shared = mappings.map((each) => ({ ...each, backends: [url('10.0.0.1')] }));
    expect(resultOf({ ...given, mappings: shared, ended: [byName] })).toMatchObject({
      list: [url('10.0.0.1')],
    });
  });

  test("of two machines: neither touches what is the other's", () => {
    const given = { mappings: [mapping(), theirs], list: [url('10.0.0.8')], containers: [one] };
    const plan = planOf(given);
    expect(plan?.list).toEqual(['App', url('10.0.0.8'), url('10.0.0.1')]);
    expect([...(plan?.mappings.keys() ?? [])]).toEqual([mappingId(mapping())]);
    expect(planOf({ ...given, mappings: [theirs], list: [] })).toBe(null);
  });

  test('of two machines: what both have stays when one of them lets go', () => {
    const both = [mapping({ backends: [url('10.0.0.8')] }), theirs];
    expect(
      resultOf({ mappings: both, list: [url('10.0.0.8')], containers: [], ended: [mapping()] }),
    ).toMatchObject({ list: [url('10.0.0.8')], backends: [[url('10.0.0.8')]] });
  });

  test('of two machines: they do not take turns in saying what is stopped', () => {
    const mappings = [mapping(), { ...theirs, backends: [], target: byName.target }];
    let present = presentOf({ mappings });
    let writes = 0;
    for (let i = 0; i < 6; i++) {
      const plan = planOf({}, present, i % 2 === 0 ? here : there);
      if (plan !== null) writes++;
      present = applied(present, plan);
    }
    expect(writes).toBe(1);
    expect(present.options?.container).not.toBe(null);
  });
});

describe('a container that is mapped by its name', () => {
  const byName = mapping({
    target: { kind: 'container', name: 'api' },
    backends: [url('10.0.0.3')],
  });
  const given = { mappings: [byName], list: [url('10.0.0.3')] };

  test('is followed to another name', () => {
    const renamed = fakeContainer('backend', '10.0.0.3', { id: 'id-api' });
    const plan = planOf({
      ...given,
      containers: [renamed],
      remembered: { ...nothingRemembered, id: 'id-api' },
    });
    const target = { kind: 'container', name: 'backend' } as const;
    expect(plan?.list).toEqual(['App', url('10.0.0.3')]);
    expect(plan?.mappings).toEqual(
      new Map([
        [mappingId(byName), null],
        [mappingId({ ...byName, target }), formatMapping({ ...byName, target, formerName: 'api' })],
      ]),
    );
  });

  test('is not followed where another has its name by now', () => {
    const old = fakeContainer('api-old', '10.0.0.3', { id: 'id-api' });
    expect(
      resultOf({
        ...given,
        containers: [old, fakeContainer('api', '10.0.0.4', { id: 'new' })],
        remembered: { ...nothingRemembered, id: 'id-api' },
      }),
    ).toMatchObject({ list: [url('10.0.0.4')] });
  });

  test('goes to whoever takes the name that it was mapped by, once that runs', () => {
    const old = mapping({
      target: { kind: 'container', name: 'api-old' },
      formerName: 'api',
      backends: [url('10.0.0.3')],
    });
    const updated = {
      mappings: [old],
      list: [url('10.0.0.3')],
      remembered: { ...nothingRemembered, id: 'id-api' },
    };
    const before = fakeContainer('api-old', '10.0.0.3', { id: 'id-api' });
    const next = fakeContainer('api', '10.0.0.4', { id: 'new' });
    expect(resultOf({ ...updated, containers: [before] })).toMatchObject({
      list: [url('10.0.0.3')],
    });
    expect(
      resultOf({ ...updated, containers: [before, { ...next, state: 'created' }] }),
    ).toMatchObject({ list: [url('10.0.0.3')] });
    expect(resultOf({ ...updated, containers: [before, next] })).toMatchObject({
      list: [url('10.0.0.4')],
    });
  });

  test('has nothing of another that has its address by now', () => {
    expect(resultOf({ ...given, containers: [fakeContainer('other', '10.0.0.3')] })).toMatchObject({
      list: [],
      note: { what: 'api', state: 'stopped' },
    });
  });
});

describe('labels', () => {
  const asking = { ...one, ...wanting(name) };
  const made = mapping({ source: 'berth', from: 'berth.host', made: true });
  const listed = { ...made, backends: [url('10.0.0.1')] };

  test('make a host that is not there', () => {
    const plan = planOf({ list: null, containers: [asking] });
    expect(plan?.list).toEqual([name, url('10.0.0.1')]);
    expect(plan?.mappings).toEqual(new Map([[mappingId(made), formatMapping(listed)]]));
  });

  test('of one service are one mapping', () => {
    expect(
      resultOf({ list: null, containers: [asking, { ...two, ...wanting(name) }] }),
    ).toMatchObject({ list: [url('10.0.0.1'), url('10.0.0.2')] });
  });

  test('list only those of the service that ask', () => {
    expect(resultOf({ list: null, containers: [asking, two] })).toMatchObject({
      list: [url('10.0.0.1')],
    });
  });

  test('end a host with the last container, when nothing else is in it', () => {
    const given = { list: [url('10.0.0.1')], mappings: [listed] };
    expect(resultOf(given)).toEqual({ list: null, note: null, backends: [] });
    expect(resultOf({ ...given, options: { policy: 'least-busy' as never } }).list).toEqual([]);
    expect(resultOf({ ...given, list: [url('10.0.0.1'), foreign] }).list).toEqual([foreign]);
    expect(resultOf({ ...given, mappings: [{ ...listed, made: false }] }).list).toEqual([]);
  });

  test('keep a host while the container is only stopped', () => {
    expect(
      resultOf({
        list: [url('10.0.0.1')],
        mappings: [listed],
        containers: [{ ...asking, state: 'exited' }],
      }),
    ).toMatchObject({ list: [], note: stopped });
  });

  test('do not make a host for what does not run', () => {
    expect(planOf({ list: null, containers: [{ ...asking, state: 'exited' }] })).toBe(null);
  });

  test.each<[string, Given]>([
    ['has backends of its own', { list: [foreign] }],
    ['is mapped by hand', { mappings: [mapping({ target: { kind: 'container', name: 'x' } })] }],
    ["is another machine's", { mappings: [mapping({ machine: there, source: 'berth' })] }],
  ])('change no host that %s', (_title, given) => {
    const plan = planOf({ ...given, containers: [asking] });
    expect([...(plan?.mappings.keys() ?? [])]).toEqual([]);
    expect(plan?.list?.slice(1) ?? given.list ?? []).toEqual(given.list ?? []);
  });

  test('fill a host that has no backends, which stays afterwards', () => {
    const given = { list: [], containers: [asking] };
    expect(resultOf(given).list).toEqual([url('10.0.0.1')]);
    const present = applied(presentOf(given), planOf(given));
    expect(planOf({}, present)?.list).toEqual(['App']);
  });

  test('stay beside what a person adds', () => {
    expect(
      resultOf({
        list: [url('10.0.0.9'), foreign],
        mappings: [{ ...listed, backends: [url('10.0.0.9')] }],
        containers: [asking],
      }),
    ).toMatchObject({ list: [url('10.0.0.1'), foreign] });
  });

  test('of another service do not join in while the first one runs', () => {
    const rival = fakeContainer('rival', '10.0.0.6', { ...wanting(name), startedAt: 0 });
    const given = { list: [url('10.0.0.1')], mappings: [listed] };
    expect(planOf({ ...given, containers: [asking, rival] })).toBe(null);
    expect(
      resultOf({ ...given, containers: [{ ...asking, state: 'exited' }, rival] }),
    ).toMatchObject({ list: [url('10.0.0.6')], backends: [[url('10.0.0.6')]] });
  });

  test('yield to what a person maps', () => {
    const target = { kind: 'container', name: 'other' } as const;
    const other = fakeContainer('other', '10.0.0.5');
    const given = { list: [url('10.0.0.1')], mappings: [listed], containers: [asking, other] };
    const result = resultOf({ ...given, made: mapping({ target }) });
    expect(result).toMatchObject({ list: [url('10.0.0.5')], backends: [[url('10.0.0.5')]] });
  });
});

describe('a mapping that ends', () => {
  test('takes the host with it that it made', () => {
    const made = mapping({ made: true, backends: [url('10.0.0.1')] });
    const given = { list: [url('10.0.0.1')], mappings: [made], containers: [one], ended: [made] };
    expect(resultOf(given).list).toBe(null);
    expect(resultOf({ ...given, mappings: [{ ...made, made: false }] }).list).toEqual([]);
  });

  test('made by hand on a new host is one that made it', () => {
    const plan = planOf({ list: null, made: mapping(), containers: [one] });
    const [text] = plan?.mappings.values() ?? [];
    expect(JSON.parse(text ?? '')).toMatchObject({ made: true, backends: [url('10.0.0.1')] });
  });
});

test('weights and draining of what goes go with it', () => {
  const gone = url('10.0.0.7');
  const plan = planOf({
    mappings: [mapping({ backends: [gone] })],
    list: [gone, foreign],
    options: { weights: { [gone]: 3, [foreign]: 2 }, drained: [gone] },
    containers: [one],
  });
  expect(plan?.options).toMatchObject({ weights: { [foreign]: 2 }, drained: [] });
});

describe('where list and mappings cannot be written at once', () => {
  test('whatever of a mapping is listed is known to it after each write', () => {
    const before = mapping({ backends: [url('10.0.0.7')] });
    const given = { mappings: [before], list: [url('10.0.0.7'), foreign], containers: [one] };
    const present = presentOf(given);
    const plan = planOf(given, present);
    if (plan === null) throw new Error('nothing to do');
    const first = stepOf(plan, present, true);
    expect(first.isLast).toBe(false);
    const [text] = first.change.mappings?.values() ?? [];
    expect(JSON.parse(text ?? '')).toMatchObject({ backends: [url('10.0.0.1'), url('10.0.0.7')] });
    // Between the two: the list is written, or it is not.
    for (const list of [plan.list, ['App', url('10.0.0.7'), foreign]]) {
      const between = applied(present, {
        ...plan,
        list,
        mappings: first.change.mappings ?? new Map(),
      });
      const next = planOf(given, between);
      expect(applied(between, next).list).toEqual({ kind: 'list', list: plan.list });
      expect(next === null ? null : stepOf(next, between, true).isLast).toBe(list === plan.list);
    }
  });
});

describe('under any history', () => {
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const container = fc.record({
    name: fc.constantFrom('shop-web-1', 'shop-web-2', 'api', 'other'),
    address: fc.constantFrom(...addresses),
    isOfService: fc.boolean(),
    asks: fc.boolean(),
    state: fc.constantFrom('running', 'running', 'exited', 'paused', 'restarting', 'created'),
    age: fc.constantFrom(10, 100_000),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('containers'), all: fc.array(container, { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('engine'), state: fc.constantFrom('running', 'stopped') }),
    fc.record({
      kind: fc.constant('foreign'),
      url: fc.constantFrom('http://x:1', 'http://x:2', ...addresses.map(url)),
      isAdded: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('map'),
      target: fc.constantFrom<MappingTarget>(shop, { kind: 'container', name: 'api' }),
      isMade: fc.boolean(),
      isHere: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('delete') }),
  );

  test('entries of others stay as they are, in their order, and what is settled stays settled', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, isReady) => {
        let present: HostPresent = presentOf({ list: null });
        let containers: readonly Container[] = [];
        let engine: ContainerEngineState = 'running';
        /** What a person put there, and nobody but a person may take away. */
        let theirs: string[] = [];
        for (const each of steps) {
          let asked: Pick<Given, 'made' | 'ended'> = {};
          let machine = here;
          if (each.kind === 'containers' && 'all' in each) {
            const named = new Map(each.all.map((one) => [one.name, one]));
            containers = [...named.values()].map((one) => ({
              ...(one.isOfService ? ofService : fakeContainer)(one.name, one.address),
              ...(one.asks ? wanting(name) : {}),
              state: one.state as Container['state'],
              startedAt: now - one.age,
            }));
          } else if (each.kind === 'engine' && 'state' in each) engine = each.state as never;
          else if (each.kind === 'delete') {
            theirs = [];
            present = { ...present, list: { kind: 'absent' } };
          } else if (each.kind === 'foreign' && 'url' in each) {
            const list = present.list.kind === 'list' ? present.list.list : ['App'];
            const own = claimsOf(present.mappings.mappings.values());
            if (each.isAdded) {
              if (list.slice(1).includes(each.url)) continue;
              // What a mapping would list itself is its own from the moment that it knows it.
              if (own.has(each.url)) continue;
              theirs.push(each.url);
              present = { ...present, list: { kind: 'list', list: [...list, each.url] } };
            } else {
              theirs = theirs.filter((one) => one !== each.url);
              if (own.has(each.url)) continue;
              const left = list.filter((one, at) => at === 0 || one !== each.url);
              present = { ...present, list: { kind: 'list', list: left } };
            }
          } else if (each.kind === 'map' && 'isMade' in each) {
            machine = each.isHere ? here : there;
            const made = mapping({ target: each.target, machine });
            asked = each.isMade ? { made } : { ended: [made] };
          }
          const given: Given = { containers, engine, isReady, ...asked };
          present = applied(present, planOf(given, present, machine));
          // A machine hears what the other one wrote, and looks again.
          for (const who of [here, there, here, there]) {
            present = applied(present, planOf({ ...given, ended: [] }, present, who));
          }
          const settled = [here, there].map((who) =>
            planOf({ containers, engine, isReady }, present, who),
          );
          expect(settled).toEqual([null, null]);
          const urls = present.list.kind === 'list' ? present.list.list.slice(1) : [];
          expect(foreignOf(urls, claimsOf(present.mappings.mappings.values()))).toEqual(theirs);
        }
      }),
      { numRuns: 400 },
    );
  });
});
