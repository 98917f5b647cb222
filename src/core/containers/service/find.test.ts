import { describe, expect, it } from 'vitest';
import { fakeContainer } from '../../../../test/support/fakeContainers.ts';
import type { Container } from '../../../shared/model/container.ts';
import { findContainer } from './find.ts';

const container = (changes: Partial<Container>): Container =>
  fakeContainer('web', '', { engine: 'unix:///a.sock', ...changes });

const ofShop = (name: string, changes: Partial<Container> = {}): Container =>
  container({
    id: `${name}-id`,
    name: `shop-${name}`,
    project: 'shop',
    service: 'web',
    ...changes,
  });

describe('a container is meant', () => {
  const first = ofShop('web-1', { state: 'exited' });
  const second = ofShop('web-2');
  const alone = container({ id: `beef${'0'.repeat(60)}`, name: 'db' });
  const all = [first, second, alone];
  const service = { kind: 'service', project: 'shop', service: 'web' };

  it.each([
    ['db', alone, { kind: 'container', name: 'db' }],
    ['beef00', alone, { kind: 'container', name: 'db' }],
    ['shop-web-1', first, service],
    ['shop/web', second, service],
    ['web', second, service],
  ])('by %s', (reference, meant, target) => {
    expect(findContainer(reference, undefined, all)).toEqual({ container: meant, target });
  });

  it('by a name rather than by a service', () => {
    const named = container({ name: 'web' });
    expect(findContainer('web', undefined, [second, named]).container).toBe(named);
  });

  it('of one engine, where it is named', () => {
    const there = container({ engine: 'unix:///b.sock', name: 'db' });
    expect(findContainer('db', 'unix:///b.sock', [alone, there]).container).toBe(there);
  });
});

describe('a container is not told from others', () => {
  it('when two projects have the service', () => {
    const other = ofShop('web-1', { project: 'blog' });
    expect(() => findContainer('web', undefined, [ofShop('web-1'), other])).toThrow(
      /may be shop\/web or blog\/web/,
    );
  });

  it('when two engines have the name', () => {
    const there = container({ engine: 'unix:///b.sock' });
    expect(() => findContainer('web', undefined, [container({}), there])).toThrow(
      'web may be web of unix:///a.sock or web of unix:///b.sock',
    );
  });
});

describe('a container is missing', () => {
  it.each([
    ['dbb', [container({ name: 'database' }), container({ name: 'db' })], 'dbb; did you mean db?'],
    ['cache', [container({ name: 'db' })], 'cache'],
    ['db', [], 'db: no container is there'],
    ['abc', [container({ name: 'db', id: `abc${'0'.repeat(61)}` })], 'abc'],
    ['.*', [container({ name: 'db' })], '.*'],
  ])('%s', (reference, all, detail) => {
    expect(() => findContainer(reference, undefined, all)).toThrow(
      expect.objectContaining({ code: 'BERTH_CONTAINER_NOT_FOUND', detail }),
    );
  });
});
