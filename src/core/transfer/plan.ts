import type { HostView } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import { defaultOptions, type FrontendOptions } from '../../shared/model/options.ts';
import type { Wanted } from './wanted.ts';

/** What a frontend has, in full. */
export interface Content {
  readonly identifier: string;
  readonly backends: readonly string[];
  readonly options: FrontendOptions;
}

/** What an import does to one name. */
export type PlanEntry = { readonly name: string; readonly line: number | null } & (
  | { readonly kind: 'added'; readonly after: Content }
  /** The same backends, but another identifier or other options. */
  | {
      readonly kind: 'changed';
      readonly before: Content;
      readonly after: Content;
      readonly revision: string;
    }
  | { readonly kind: 'same'; readonly before: Content }
  /** There are other backends under this name. */
  | {
      readonly kind: 'conflict';
      readonly before: Content;
      readonly after: Content;
      readonly revision: string;
    }
  /** It cannot be written, whatever one wants; one sentence without a full stop. */
  | { readonly kind: 'refused'; readonly reason: string }
);

/**
 * Compares what there is with what is wanted.
 *
 * @param existing what is stored under the wanted names; others do not matter
 * @returns in the order of `wanted`
 */
export function planImport(
  existing: ReadonlyMap<string, HostView>,
  wanted: readonly Wanted[],
): readonly PlanEntry[] {
  return wanted.map((one) => entryOf(existing.get(one.name) ?? null, one));
}

/** Bytes of what a frontend has, as an instance is told; the rest of a message is for what goes around it. */
const maxBytes = limits.maxControlMessageBytes - 16 * 1024;

function entryOf(view: HostView | null, wanted: Wanted): PlanEntry {
  const { name, line } = wanted;
  if (view?.findings.some(({ rule }) => rule === 'unreadable')) {
    const reason = 'what is stored under this name is no frontend; remove it first';
    return { name, line, kind: 'refused', reason };
  }
  if (wanted.options !== null && view?.findings.some(({ rule }) => rule === 'unreadable-options')) {
    const reason = 'the options that are stored cannot be read; begin anew: berth set HOST --reset';
    return { name, line, kind: 'refused', reason };
  }
  const after: Content = {
    identifier: wanted.identifier ?? view?.identifier ?? name,
    backends: wanted.backends,
    options: wanted.options ?? view?.options ?? defaultOptions,
  };
  if (Buffer.byteLength(JSON.stringify(after)) > maxBytes) {
    const reason = `it takes more than ${maxBytes} bytes, which is more than an instance is told at once`;
    return { name, line, kind: 'refused', reason };
  }
  if (view === null) return { name, line, kind: 'added', after };
  const { identifier, backends, options, revision } = view;
  const before: Content = { identifier, backends, options };
  if (!isSameSet(backends, wanted.backends)) {
    return { name, line, kind: 'conflict', before, after: withoutGone(after, wanted), revision };
  }
  // Backends in another order are the same ones: dead marks stay where they are.
  const kept: Content = { ...after, backends };
  if (identifier === kept.identifier && isSameOptions(options, kept.options)) {
    return { name, line, kind: 'same', before };
  }
  return { name, line, kind: 'changed', before, after: kept, revision };
}

/** Options that stay say nothing of backends that go. */
function withoutGone(after: Content, wanted: Wanted): Content {
  if (wanted.options !== null) return after;
  const stays = new Set(after.backends);
  const { weights, drained } = after.options;
  return {
    ...after,
    options: {
      ...after.options,
      weights: Object.fromEntries(Object.entries(weights).filter(([url]) => stays.has(url))),
      drained: drained.filter((url) => stays.has(url)),
    },
  };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

/** Whether options say the same, in whatever order, beside what mappings say. */
function isSameOptions(a: FrontendOptions, b: FrontendOptions): boolean {
  return canonical({ ...a, container: null }) === canonical({ ...b, container: null });
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What is done with names that have other backends. */
export type OnConflict = 'stop' | 'replace' | 'skip';

/** A write: all that a frontend shall have. */
export interface PlannedWrite {
  readonly name: string;
  readonly before: Content | null;
  readonly after: Content;
  /** What the store must still have; empty: no such frontend. */
  readonly expect: string;
}

/** The writes of a plan, in its order; null when conflicts stop it. */
export function writesOf(
  plan: readonly PlanEntry[],
  onConflict: OnConflict,
): readonly PlannedWrite[] | null {
  const writes: PlannedWrite[] = [];
  for (const entry of plan) {
    const { name } = entry;
    if (entry.kind === 'added') {
      writes.push({ name, before: null, after: entry.after, expect: '' });
    } else if (entry.kind === 'changed' || entry.kind === 'conflict') {
      if (entry.kind === 'conflict' && onConflict === 'stop') return null;
      if (entry.kind === 'conflict' && onConflict === 'skip') continue;
      const { before, after, revision: expect } = entry;
      writes.push({ name, before, after, expect });
    }
  }
  return writes;
}

type PlanCounts = Readonly<Record<PlanEntry['kind'], number>>;

export function countsOf(plan: readonly PlanEntry[]): PlanCounts {
  const counts = { added: 0, changed: 0, same: 0, conflict: 0, refused: 0 };
  for (const { kind } of plan) counts[kind]++;
  return counts;
}
