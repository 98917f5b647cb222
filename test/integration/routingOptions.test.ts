import { expect, it } from 'vitest';
import type { TrafficOptions } from '../../src/shared/model/trafficOptions.ts';
import { defaultTrafficOptions } from '../../src/shared/model/trafficOptions.ts';
import { editedRouting } from '../support/editedRouting.ts';
import { eventually } from '../support/eventually.ts';
import { routeOf, urlsOf } from '../support/fakeRouting.ts';
import { describeOnStores } from '../support/routableStore.ts';

describeOnStores('the options of a frontend', (start) => {
  const at = editedRouting(start);

  const optionsOf = async (host: string): Promise<TrafficOptions> =>
    routeOf(await at.live.routing.router.resolve(host)).options;

  it('are seen when they are set, changed and removed, though the list stays as it is', async () => {
    await at.editor.rpush('frontend:a.local', 'a', 'http://a:1');
    await eventually('the frontend', async () =>
      urlsOf(await at.live.routing.router.resolve('a.local')).includes('http://a:1'),
    );
    expect(await optionsOf('a.local')).toEqual(defaultTrafficOptions);
    for (const policy of ['sticky', 'round-robin'] as const) {
      await at.editor.set('berth:options:a.local', JSON.stringify({ policy }));
      await eventually(policy, async () => (await optionsOf('a.local')).policy === policy);
    }
    await at.editor.del('berth:options:a.local');
    await eventually('defaults', async () => (await optionsOf('a.local')).policy === 'random');
  });

  it.each([
    ['a list', () => at.editor.rpush('berth:options:b.local', 'x')],
    ['no JSON', () => at.editor.set('berth:options:b.local', 'x')],
    ['without end', () => at.editor.set('berth:options:b.local', 'x'.repeat(8 * 1024 * 1024))],
  ])('that are %s cost nothing but themselves', async (_what, poison) => {
    await at.editor.del('frontend:b.local', 'berth:options:b.local');
    await poison();
    await at.editor.rpush('frontend:b.local', 'b', 'http://b:1');
    await eventually('the frontend', async () =>
      urlsOf(await at.live.routing.router.resolve('b.local')).includes('http://b:1'),
    );
    expect(await optionsOf('b.local')).toEqual(defaultTrafficOptions);
    await eventually('a line', () =>
      at.live.lines.some((line) => line.startsWith('warn berth:options:b.local: ')),
    );
    expect(at.live.routing.state).toBe('live');
  });
});
