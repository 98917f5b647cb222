import { limits } from '../../limits.ts';
import type { Charset } from './charset.ts';
import { type Node, RegexProblem } from './syntax.ts';

/** A step of a nondeterministic automaton; numbers are indexes of the steps that follow. */
type Step =
  | { readonly kind: 'set'; readonly set: Charset; readonly next: number }
  | { readonly kind: 'fork'; readonly nexts: readonly number[] }
  /** Holds at the beginning, or at the end, of the text alone. */
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  readonly first: number;
}

/**
 * Thompson's construction.
 *
 * @throws RegexProblem when it comes to more than `limits.maxRegexStates` steps
 */
export function programOf(root: Node, sourceLength: number): Program {
  const steps: Step[] = [];

  function add(step: Step): number {
    if (steps.length >= limits.maxRegexStates) {
      throw new RegexProblem('the repetitions come to too much', 0, sourceLength);
    }
    steps.push(step);
    return steps.length - 1;
  }

  /** The index at which `node` begins, when `next` comes after it. */
  function emit(node: Node, next: number): number {
    switch (node.kind) {
      case 'set':
        return add({ kind: 'set', set: node.set, next });
      case 'start':
      case 'end':
        return add({ kind: node.kind, next });
      case 'sequence':
        return node.items.reduceRight((after, item) => emit(item, after), next);
      case 'choice':
        return add({ kind: 'fork', nexts: node.items.map((item) => emit(item, next)) });
      case 'repeat':
        return repeat(node, next);
    }
  }

  function repeat({ item, min, max }: Node & { kind: 'repeat' }, next: number): number {
    let begin = next;
    if (max === Number.POSITIVE_INFINITY) begin = loop(item, next);
    else {
      for (let more = min; more < max; more++) {
        begin = add({ kind: 'fork', nexts: [emit(item, begin), next] });
      }
    }
    for (let count = 0; count < min; count++) begin = emit(item, begin);
    return begin;
  }

  function loop(item: Node, next: number): number {
    const nexts = [next];
    const fork = add({ kind: 'fork', nexts });
    nexts.push(emit(item, fork));
    return fork;
  }

  const match = add({ kind: 'match' });
  return { first: emit(root, match), steps };
}
