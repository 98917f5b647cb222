import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editedRouting } from '../support/editedRouting.ts';
import { eventually } from '../support/eventually.ts';
import { urlsOf } from '../support/fakeRouting.ts';
import { describeOnStores } from '../support/routableStore.ts';

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

describeOnStores('a change by another client', (start) => {
  const at = editedRouting(start);

  it('to a hot host is seen by the next lookups, in a time that is told', async () => {
    const { editor, live } = at;
    const { router } = live.routing;
    await editor.rpush('frontend:hot.local', 'hot', 'http://b0:1');
    await eventually('the first backend', async () =>
      urlsOf(await router.resolve('hot.local')).includes('http://b0:1'),
    );
    const milliseconds: number[] = [];
    for (let i = 1; i <= 300; i++) {
      const url = `http://b${i}:1`;
      await editor.lset('frontend:hot.local', 1, url);
      const changedAt = performance.now();
      while (urlsOf(await router.resolve('hot.local'))[0] !== url) {
        if (performance.now() - changedAt > 10_000) throw new Error(`${url} was never seen`);
        await new Promise((resolve) => setImmediate(resolve));
      }
      milliseconds.push(performance.now() - changedAt);
    }
    process.stdout.write(
      `change to visible: p50 ${percentile(milliseconds, 0.5).toFixed(2)} ms, p99 ${percentile(milliseconds, 0.99).toFixed(2)} ms\n`,
    );
    expect(milliseconds).toHaveLength(300);
    expect(percentile(milliseconds, 0.5)).toBeLessThan(10);
  });

  it('of ten thousand random ones is never answered stale once its announcement is through', async () => {
    const { editor, live } = at;
    const { router } = live.routing;
    const names = ['a.x.local', 'b.x.local', '*.x.local', '*.local', '*'];
    const hosts = ['a.x.local', 'b.x.local', 'c.x.local', 'y.local', 'other'];
    const model = new Map<string, string[]>();
    const lookupOrder: Readonly<Record<string, readonly string[]>> = {
      'a.x.local': ['a.x.local', '*.x.local', '*.local', '*'],
      'b.x.local': ['b.x.local', '*.x.local', '*.local', '*'],
      'c.x.local': ['*.x.local', '*.local', '*'],
      'y.local': ['*.local', '*'],
      other: ['*'],
    };
    const expected = (host: string): readonly string[] => {
      for (const name of lookupOrder[host] ?? []) {
        const urls = model.get(name);
        if (urls !== undefined) return urls;
      }
      return [];
    };
    await editor.flushall();

    // A change of this key comes after all before it, on the one connection that announces them.
    let fence = 0;
    const announced = async (): Promise<void> => {
      const url = `http://fence${++fence}:1`;
      await editor.del('frontend:fence');
      await editor.rpush('frontend:fence', 'fence', url);
      await eventually('the fence', async () =>
        urlsOf(await router.resolve('fence')).includes(url),
      );
    };

    const edit = fc.record({
      kind: fc.constantFrom('set', 'add', 'drop', 'flush'),
      name: fc.constantFrom(...names),
      url: fc.integer({ min: 0, max: 99 }).map((n) => `http://b${n}:1`),
      host: fc.constantFrom(...hosts),
    });
    let edits = 0;
    let flushes = 0;
    let checked = 0;
    const sequences = fc.sample(fc.array(edit, { minLength: 20, maxLength: 40 }), {
      numRuns: 340,
      seed: 42,
    });
    for (const sequence of sequences) {
      const racing: Promise<unknown>[] = [];
      for (const { kind, name, url, host } of sequence) {
        edits++;
        const key = `frontend:${name}`;
        if (kind === 'set') {
          racing.push(editor.multi().del(key).rpush(key, 'id', url).exec());
          model.set(name, [url]);
        } else if (kind === 'add') {
          const present = model.get(name);
          if (present === undefined) {
            racing.push(editor.rpush(key, 'id', url));
            model.set(name, [url]);
          } else {
            racing.push(editor.rpush(key, url));
            present.push(url);
          }
        } else if (kind === 'drop') {
          racing.push(editor.del(key));
          model.delete(name);
        } else if (flushes < 100) {
          flushes++;
          racing.push(editor.flushall());
          model.clear();
        }
        // Lookups race with the edits: whatever they answer, they may not leave anything stale behind.
        racing.push(Promise.resolve(router.resolve(host)));
      }
      await Promise.all(racing);
      await announced();
      for (const host of hosts) {
        expect(urlsOf(await router.resolve(host)), host).toEqual(expected(host));
        checked++;
      }
    }
    process.stdout.write(`${edits} edits, ${flushes} flushes, ${checked} answers checked\n`);
    expect(edits).toBeGreaterThan(9000);
  }, 120_000);
});
