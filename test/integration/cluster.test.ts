import { describe, expect, it } from 'vitest';
import { limits } from '../../src/shared/limits.ts';
import { startClusterHarness } from '../support/clusterHarness.ts';
import { eventually } from '../support/eventually.ts';

describe('a cluster', () => {
  it('spreads connections over its workers', async () => {
    await using harness = await startClusterHarness();
    await harness.cluster.start(harness.crew('good', { size: 2 }));
    const answers = new Set<string>();
    for (let i = 0; i < 6; i++) answers.add(await harness.ask());
    expect([...answers].sort()).toEqual(
      harness.cluster.workers.map(({ pid }) => String(pid)).sort(),
    );
  });

  it('holds a bounded number of connections while no worker is ready, and closes the rest', async () => {
    await using harness = await startClusterHarness();
    const started = harness.cluster.start(harness.crew('good'));
    const answers = await Promise.all(Array.from({ length: 12 }, harness.ask));
    await started;
    expect(answers.filter((answer) => answer !== '')).toHaveLength(8);
    expect(harness.counters.refused).toBe(4);
    expect(harness.lines.filter((line) => /no worker could take/.test(line))).toHaveLength(1);
  });

  it('tries again with growing pauses when a worker crashes, and says a crash loop once with its reason', async () => {
    await using harness = await startClusterHarness();
    await harness.cluster.start(harness.crew('crash'));
    await eventually('the sixth crash', () => harness.counters.crashes >= 6);
    expect(harness.loops).toEqual(['exit code 1: Error: no such thing']);
    const loud = harness.lines.filter((line) => line.startsWith('error BERTH_CRASH_LOOP'));
    expect(loud).toEqual([expect.stringContaining('Error: no such thing')]);
    const pauses = harness.lines.map((line) => /next starts in (\d+) ms/.exec(line)?.[1]);
    expect(pauses.filter((pause) => pause !== undefined).slice(0, 4)).toEqual([
      '50',
      '100',
      '200',
      '400',
    ]);
  });

  it('gives a connection that a dying worker never took to another, but not for ever', async () => {
    await using harness = await startClusterHarness();
    await harness.cluster.start(harness.crew('crash-at-connection'));
    expect(await harness.ask()).toBe('');
    expect(harness.counters).toMatchObject({ crashes: 3, refused: 1 });
  });

  it('survives a connection lost on the way to a worker without descriptors', async () => {
    await using harness = await startClusterHarness();
    await harness.cluster.start(harness.crew('exhausted'));
    const { cluster } = harness;
    expect(await harness.ask()).toBe('');
    await eventually('it has descriptors again', async () => (await harness.ask()) !== '');
    expect(await harness.ask()).toBe(String(cluster.workers[0]?.pid));
    expect(harness.counters.crashes).toBe(0);
  });

  it('refuses to go over to workers that do not start, and the old ones serve on', async () => {
    await using harness = await startClusterHarness();
    const { cluster } = harness;
    await cluster.start(harness.crew('good'));
    const before = await harness.ask();
    await expect(cluster.replace(harness.crew('crash', { size: 2 }))).rejects.toMatchObject({
      code: 'BERTH_WORKER_FAILED',
      detail: 'exit code 1: Error: no such thing',
    });
    expect(await harness.ask()).toBe(before);
    expect(cluster.workers).toHaveLength(1);
  });

  it('goes over to new workers and lets the old ones leave', async () => {
    await using harness = await startClusterHarness();
    const { cluster } = harness;
    await cluster.start(harness.crew('good'));
    const before = await harness.ask();
    const { drained } = await cluster.replace(harness.crew('good'));
    expect(await harness.ask()).not.toBe(before);
    await drained;
    expect(cluster.workers).toHaveLength(1);
  });

  it('kills a worker that does not leave within its grace', async () => {
    await using harness = await startClusterHarness();
    const { cluster } = harness;
    await cluster.start(harness.crew('stays', { size: 2 }));
    await cluster.stop(100);
    expect(cluster.workers).toEqual([]);
  });

  it('believes no worker to hang because it was stopped itself', async () => {
    await using harness = await startClusterHarness();
    const { cluster } = harness;
    await cluster.start(harness.crew('good', { size: 2 }));
    const before = cluster.workers;
    const cell = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(cell, 0, 0, limits.workerSilenceMs + 2 * limits.workerHeartbeatMs);
    await harness.ask();
    expect(cluster.workers.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    expect(harness.counters.crashes).toBe(0);
  });

  it('can be stopped while its workers start', async () => {
    await using harness = await startClusterHarness();
    const { cluster } = harness;
    const started = cluster.start(harness.crew('never-ready', { size: 2 }));
    await cluster.stop(1000);
    await started;
    expect(cluster.workers).toEqual([]);
  });
});
