import { expect, test } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { Tasks } from './tasks.ts';

const start = (run: (name: string) => Promise<void>) => {
  const failures: string[] = [];
  const tasks = new Tasks({
    run,
    random: () => 0,
    failed: (name, reason) => failures.push(`${name}: ${reason}`),
  });
  return { tasks, failures };
};

test('a name that is to be looked at waits once, however often that is said', async () => {
  const done: string[] = [];
  const { tasks } = start(async (name) => void done.push(name));
  for (let i = 0; i < 1000; i++) for (const name of ['a', 'b']) tasks.look(name);
  await tasks.idle();
  expect(done).toEqual(['a', 'b']);
});

test('one thing is done at a time, what a person asks for before the rest', async () => {
  const order: string[] = [];
  let underWay = 0;
  const step = async (what: string): Promise<string> => {
    expect(++underWay).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(what);
    underWay--;
    return what;
  };
  const { tasks } = start(async (name) => void (await step(name)));
  tasks.look('a');
  tasks.look('b');
  const asked = tasks.next(() => step('asked'));
  expect(await asked).toBe('asked');
  await tasks.idle();
  expect(order).toEqual(['asked', 'a', 'b']);
});

test('what fails is tried again, and holds up nothing', async () => {
  let tries = 0;
  const done: string[] = [];
  const { tasks, failures } = start(async (name) => {
    if (name === 'bad' && ++tries < 3) throw new Error('conflict');
    done.push(name);
  });
  tasks.look('bad');
  tasks.look('good');
  await tasks.idle();
  expect(done).toEqual(['good']);
  await eventually('it is done', () => done.includes('bad'));
  expect(failures).toEqual(['bad: conflict', 'bad: conflict']);
  await tasks.close();
});

test("a failure of what a person asks for is that person's", async () => {
  const { tasks } = start(async () => {});
  await expect(tasks.next(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await tasks.next(async () => 1)).toBe(1);
});

test('after the end nothing is done', async () => {
  const done: string[] = [];
  const { tasks } = start(async (name) => void done.push(name));
  tasks.look('a');
  await tasks.close();
  tasks.look('b');
  await expect(tasks.next(async () => 1)).rejects.toThrow('closed');
  expect(done).toEqual([]);
});
