import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take ten seconds and more though they are short, the longest first. Without results of an earlier run vitest
 * begins with large files: these would come last, and nothing run beside them in the end.
 */
const long: readonly string[] = [
  'faults/liveStream',
  'integration/tlsScan',
  'integration/setup',
  'integration/healthInstances',
  'integration/healthChecks',
  'conformance/drain',
  'integration/storeMigrate',
  'faults/soakUnderChange',
  'integration/cluster',
  'integration/controlLimits',
  'integration/controlSilent',
  'faults/controlMemory',
  'faults/workers',
  'integration/hostsTable',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = long.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank === -1 ? long.length : rank;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
