import type { EngineName } from '../../src/shared/model/settings.ts';
import type { Finding } from './findings.ts';
import type { NodeRuntime } from './nodes.ts';
import type { Placement } from './placement.ts';
import type { Backends, Ground } from './processes.ts';

/** What a part of the benchmark is given. */
export interface Bench {
  readonly directory: string;
  readonly backends: Backends;
  readonly placement: Placement;
  readonly engines: readonly EngineName[];
  /** What runs Berth beside the Node of this process. */
  readonly nodes: readonly NodeRuntime[];
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** Only whether it works counts: less of everything. */
  readonly isSmoke: boolean;
  /** Says how far it is, or what is left out. */
  readonly say: (text: string) => void;
  /** What is to be stopped at the end of the part, last first. */
  readonly keep: <T extends { stop(): Promise<unknown> }>(started: T) => T;
}

/** What a part found. */
interface Outcome {
  readonly findings: readonly Finding[];
  /** Requests that failed. */
  readonly failed: number;
}

export type Part = (bench: Bench) => Promise<Outcome>;

/** Where a contender runs with one core for all its processes. */
export const groundOf = ({ directory, backends, placement }: Bench): Ground => ({
  directory,
  backends,
  cores: placement.proxy,
});

/**
 * Measures each of a field in each round; every other round goes the other way, so that neighbours come first and second
 * equally often.
 *
 * @returns for each of the field what its rounds gave, in their order
 */
export async function interleave<T, R>(
  rounds: number,
  field: readonly T[],
  measure: (item: T) => Promise<R>,
): Promise<ReadonlyMap<T, readonly R[]>> {
  const results = new Map<T, R[]>(field.map((item) => [item, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? field : field.toReversed();
    for (const item of order) results.get(item)?.push(await measure(item));
  }
  return results;
}

/** One by the other, round by round: what hits both cancels out. */
export const pairwise = (values: readonly number[], by: readonly number[]): readonly number[] =>
  values.map((value, round) => value / (by[round] ?? Number.NaN));
