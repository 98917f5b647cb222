import { expect, test } from 'vitest';
import { beside, eachBeside } from './beside.ts';

function listen() {
  const said: string[] = [];
  return { said, log: (level: string, message: string) => said.push(`${level} ${message}`) };
}

const broken = (): never => {
  throw new Error('broken');
};

test.each([
  ['now', broken],
  ['later', async () => broken()],
])('what fails %s is said, and nothing is thrown', async (_when, work) => {
  const { said, log } = listen();
  beside(log, 'to close', work);
  await new Promise(setImmediate);
  expect(said).toEqual(['error to close: Error: broken']);
});

test('each step is done, whatever became of the one before', async () => {
  const { said, log } = listen();
  const done: number[] = [];
  await eachBeside(log, 'to stop', [
    () => done.push(1),
    broken,
    async () => broken(),
    async () => done.push(2),
  ]);
  expect(done).toEqual([1, 2]);
  expect(said).toEqual(['error to stop: Error: broken', 'error to stop: Error: broken']);
});
