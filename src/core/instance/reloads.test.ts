import { describe, expect, it } from 'vitest';
import { createReloads } from './reloads.ts';

function bench() {
  const begun: string[] = [];
  const finish: ((error?: Error) => void)[] = [];
  const reloads = createReloads<string>(
    (value) =>
      new Promise((resolve, reject) => {
        begun.push(value);
        finish.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  return { begun, finish, reloads };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('reloads', () => {
  it('run one at a time, and what is asked for meanwhile becomes one run with the last value', async () => {
    const { begun, finish, reloads } = bench();
    const first = reloads.ask('a');
    await turn();
    const second = reloads.ask('b');
    const third = reloads.ask('c');
    await turn();
    expect(begun).toEqual(['a']);
    finish[0]?.();
    await first;
    await turn();
    expect(begun).toEqual(['a', 'c']);
    finish[1]?.();
    await Promise.all([second, third, reloads.idle()]);
    expect(begun).toEqual(['a', 'c']);
  });

  it('go on after one that failed, which only those who asked for it hear of', async () => {
    const { finish, reloads } = bench();
    const first = reloads.ask('a');
    await turn();
    const second = reloads.ask('b');
    finish[0]?.(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await turn();
    finish[1]?.();
    await second;
    await reloads.idle();
  });
});
