import type { Program } from './program.ts';

/** Where a text can be. */
export interface Where {
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** What can be reached without a unit of text. */
export interface Reached {
  /** Indexes of the steps that wait for a unit. */
  readonly waiting: readonly number[];
  readonly matches: boolean;
}

export function closureOf({ steps }: Program, from: number, where: Where): Reached {
  const seen = new Set<number>();
  const open = [from];
  const waiting: number[] = [];
  let matches = false;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const step = steps[index];
    if (step === undefined || seen.has(index)) continue;
    seen.add(index);
    if (step.kind === 'set') waiting.push(index);
    else if (step.kind === 'fork') open.push(...step.nexts);
    else if (step.kind === 'match') matches = true;
    else if (step.kind === 'start' ? where.atStart : where.atEnd) open.push(step.next);
  }
  return { waiting, matches };
}
