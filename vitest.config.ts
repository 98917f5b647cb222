import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longestFirst.ts';

/** Tests that measure, or take all of the machine. */
const measured = ['test/e2e/*-many.test.ts', 'test/e2e/bench.test.ts'];

/**
 * Tests that mostly wait, for leases, pauses and time-outs of the product: together they take less than one core, and
 * several run at once.
 */
const waiting = [
  'test/integration/{certificates,cluster,controlLimits,controlSilent,sharedEditing,transfer}.test.ts',
  'test/integration/health*.test.ts',
  'test/integration/store{Edits,Migrate,Servers}.test.ts',
  'test/conformance/{backendConnections,backendFaults,containerStarts,drain,expect,retry}.test.ts',
  'test/conformance/{slowClients,slowUploads,timeouts}.test.ts',
  'test/faults/{storeHung,workers}.test.ts',
  'test/names/dnsmasq.test.ts',
];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'],
          // Ends what hangs, and says nothing of speed: that is for `npm run bench`.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          // After the unit tests: the two projects differ in how much they run at once.
          sequence: { groupOrder: 1 },
          include: ['test/{integration,conformance,faults,doctor,names}/**/*.test.ts'],
          exclude: waiting,
          globalSetup: ['test/support/buildOnce.ts'],
          testTimeout: 30_000,
          // Setting up and clearing away promise nothing: a kill may wait for a disk.
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'waiting',
          sequence: { groupOrder: 2 },
          include: waiting,
          globalSetup: ['test/support/buildOnce.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'e2e',
          // Never beside the others: a browser or an Electron for each file is much for a small machine.
          sequence: { groupOrder: 3 },
          include: ['test/e2e/**/*.test.ts'],
          exclude: measured,
          globalSetup: ['test/support/buildOnce.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // As long as eventually() waits: a machine may have more to do than the page that is looked at.
          expect: { poll: { timeout: 20_000 } },
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'measured',
          // Alone, since they say how long something takes.
          sequence: { groupOrder: 4 },
          include: measured,
          globalSetup: ['test/support/buildOnce.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'containers',
          // Each file has an engine of its own, and there is one network: `npm test` runs them in namespaces.
          sequence: { groupOrder: 5 },
          include: ['test/containers/**/*.test.ts'],
          globalSetup: ['test/support/buildOnce.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
