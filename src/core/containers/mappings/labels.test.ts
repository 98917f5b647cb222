import { expect, test } from 'vitest';
import { fakeContainer } from '../../../../test/support/containers.ts';
import type { Container } from '../../../shared/model/container.ts';
import type { Convention } from '../../../shared/model/conventions.ts';
import { type Mapping, mappingId } from '../../../shared/model/mapping.ts';
import { blockOf, wishesOf } from './labels.ts';

const machine = { id: 'here', name: 'here' };

interface Asks {
  readonly convention: Convention;
  readonly isPartial?: boolean;
  readonly startedAt?: number;
}

/** Who gets `a.test`, and who does not, by service. */
function winnerOf(asked: Readonly<Record<string, Asks>>, hasNow: string | null = null): string[] {
  const containers = Object.entries(asked).map(([service, { startedAt = 1 }]) =>
    fakeContainer({ id: service, name: service, service, startedAt }),
  );
  const find = (container: Container) => {
    const one = asked[container.service ?? ''];
    if (one === undefined) return [];
    const { convention, isPartial = false } = one;
    const want = { name: 'a.test', port: 80, scheme: 'http', from: 'x', convention } as const;
    return [{ ...want, isPartial }];
  };
  const has = new Map<string, Mapping>();
  const alone = (service: string) =>
    wishesOf(
      containers.filter((one) => one.service === service),
      find,
      machine,
      () => new Map(),
    ).byName.get('a.test')?.mapping;
  const known = hasNow === null ? undefined : alone(hasNow);
  if (known !== undefined) has.set(mappingId(known), known);
  const { byName, losers } = wishesOf(containers, find, machine, () => has);
  const all = [byName.get('a.test'), ...(losers.get('a.test') ?? [])];
  return all.flatMap((wish) => wish?.containers.map(({ service }) => service ?? '') ?? []);
}

test('a host is of the strongest convention that asks for it, whoever has it', () => {
  const asked = {
    nginx: { convention: 'nginx-proxy' },
    berth: { convention: 'berth' },
    traefik: { convention: 'traefik' },
  } as const;
  expect(winnerOf(asked, 'nginx')).toEqual(['berth', 'traefik', 'nginx']);
});

test('among equals it stays with the one that has it', () => {
  const asked = {
    first: { convention: 'traefik', startedAt: 1 },
    second: { convention: 'traefik', startedAt: 2 },
  } as const;
  expect(winnerOf(asked)).toEqual(['first', 'second']);
  expect(winnerOf(asked, 'second')).toEqual(['second', 'first']);
});

test('who asks for a path gives way to who asks for the whole host', () => {
  const asked = {
    api: { convention: 'traefik', isPartial: true, startedAt: 1 },
    web: { convention: 'traefik', startedAt: 2 },
  } as const;
  expect(winnerOf(asked)).toEqual(['web', 'api']);
});

test('what others have in the list is named in bounded length, with nothing hidden in it', () => {
  const { byName } = wishesOf(
    [fakeContainer({})],
    () => [
      {
        name: '*.test',
        port: 80,
        scheme: 'http',
        from: 'x',
        convention: 'berth',
        isPartial: false,
      },
    ],
    machine,
    () => new Map(),
  );
  const wish = byName.get('*.test');
  if (wish === undefined) throw new Error('nobody asks');
  const why = blockOf(wish, new Map(), ['http://a\u202e\n/', `http://${'b'.repeat(5000)}`]) ?? '';
  expect(why).toContain('http://a\\u202e\\u000a/');
  expect(why.length).toBeLessThan(400);
  const byHand: Mapping = {
    ...wish.mapping,
    source: 'hand',
    target: { kind: 'container', name: 'x' },
  };
  expect(blockOf(wish, new Map([[mappingId(byHand), byHand]]), [])).toMatch(
    /: berth unmap '\*\.test'$/,
  );
});
