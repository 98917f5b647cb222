import type { Charset } from './charset.ts';
import { copiesOf, type Node } from './syntax.ts';

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
  /** Nodes that were looked at to make it: at most those of the root's extent. */
  readonly looked: number;
}

/** Thompson's construction. The extent of the root bounds what it takes. */
export function programOf(root: Node): Program {
  const steps: Step[] = [];
  let looked = 0;

  function add(step: Step): number {
    steps.push(step);
    return steps.length - 1;
  }

  /** The index at which `node` begins, when `next` comes after it. */
  function emit(node: Node, next: number): number {
    looked++;
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
    let copies = copiesOf(min, max);
    if (!Number.isFinite(max)) {
      begin = loop(item, next, min === 0);
      copies--;
    }
    for (; copies > min; copies--) begin = add({ kind: 'fork', nexts: [emit(item, begin), next] });
    for (; copies > 0; copies--) begin = emit(item, begin);
    return begin;
  }

  function loop(item: Node, next: number, maySkip: boolean): number {
    const nexts = [next];
    const fork = add({ kind: 'fork', nexts });
    const again = emit(item, fork);
    nexts.push(again);
    return maySkip ? fork : again;
  }

  const match = add({ kind: 'match' });
  return { first: emit(root, match), steps, looked };
}
