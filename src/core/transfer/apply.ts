import { randomUUID } from 'node:crypto';
import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import {
  defaultOptions,
  type FrontendOptions,
  type OptionsPatch,
} from '../../shared/model/options.ts';
import type { EditGroup } from '../hosts/hosts.ts';
import type { Content, PlannedWrite } from './plan.ts';

/** What of a running instance is written with; named as in the contract. */
export interface Writer {
  set(input: {
    readonly name: string;
    readonly backends?: string[];
    readonly identifier?: string;
    readonly options?: OptionsPatch;
    readonly expect: string;
    readonly group: EditGroup;
  }): Promise<Pick<HostView, 'revision'>>;
  remove(input: {
    readonly name: string;
    readonly expect: string;
    readonly group: EditGroup;
  }): Promise<unknown>;
}

/** What became of the writes. */
export type Applied =
  | { readonly ok: true; readonly written: number }
  | {
      readonly ok: false;
      /** What refused or failed. */
      readonly error: unknown;
      /** The name at which it happened. */
      readonly at: string;
      /** Names that were written before, and are as they were again. */
      readonly takenBack: readonly string[];
      /** Names that were written, and could not be taken back, each with the reason. */
      readonly left: readonly { readonly name: string; readonly reason: string }[];
    };

export interface ApplyOptions {
  /** Ends it between two writes; what was written is then taken back. */
  readonly signal: AbortSignal;
  /** Told after each write. */
  readonly progress?: (written: number) => void;
  /** Told before each that is taken back how many there are still. */
  readonly takingBack?: (left: number) => void;
}

/** A write that was made, and the revision that it left. */
interface Done {
  readonly write: PlannedWrite;
  readonly revision: string;
}

/**
 * Makes the writes, some at a time, each only while the store has what the plan saw. When one is refused, no further is
 * begun, and those that were made are taken back, each only while the store has what was written.
 */
export async function applyWrites(
  writes: readonly PlannedWrite[],
  writer: Writer,
  { signal, progress, takingBack }: ApplyOptions,
): Promise<Applied> {
  // One edit for whoever looks at the edits, and for an undo.
  const group: EditGroup = { id: randomUUID(), verb: 'imported' };
  const done: Done[] = [];
  const failures: { readonly error: unknown; readonly at: string }[] = [];
  const waiting = writes.values();
  // Each takes the next one when it is through with one.
  const turn = async (): Promise<void> => {
    for (const write of waiting) {
      if (failures.length > 0) return;
      const { name, before, after, expect } = write;
      try {
        signal.throwIfAborted();
        const changes = changesOf(name, before, after);
        const { revision } = await writer.set({ name, ...changes, expect, group });
        done.push({ write, revision });
        progress?.(done.length);
      } catch (error) {
        failures.push({ error, at: name });
      }
    }
  };
  await Promise.all(Array.from({ length: limits.importWrites }, turn));
  const [failure] = failures;
  if (failure === undefined) return { ok: true, written: done.length };
  return { ok: false, ...failure, ...(await takeBack(done, writer, group, takingBack)) };
}

async function takeBack(
  done: readonly Done[],
  writer: Writer,
  group: EditGroup,
  progress: ApplyOptions['takingBack'],
): Promise<{
  readonly takenBack: readonly string[];
  readonly left: readonly { readonly name: string; readonly reason: string }[];
}> {
  const takenBack: string[] = [];
  const left: { name: string; reason: string }[] = [];
  for (const [at, { write, revision: expect }] of [...done].reverse().entries()) {
    progress?.(done.length - at);
    const { name, before, after } = write;
    try {
      if (before === null) await writer.remove({ name, expect, group });
      else await writer.set({ name, ...changesOf(name, after, before), expect, group });
      takenBack.push(name);
    } catch (error) {
      const reason = error instanceof BerthError ? error.message : String(error);
      left.push({ name, reason });
    }
  }
  return { takenBack, left };
}

/** What must be set to make one of the other: no more, since that is what the list of edits will show. */
function changesOf(
  name: string,
  before: Content | null,
  after: Content,
): { backends?: string[]; identifier?: string; options?: OptionsPatch } {
  const from = before ?? { identifier: name, backends: null, options: defaultOptions };
  const patch = patchFor(from.options, after.options);
  return {
    ...(isEqual(from.backends, after.backends) ? {} : { backends: [...after.backends] }),
    ...(from.identifier === after.identifier ? {} : { identifier: after.identifier }),
    ...(Object.keys(patch).length === 0 ? {} : { options: patch }),
  };
}

function patchFor(before: FrontendOptions, after: FrontendOptions): OptionsPatch {
  const entries = Object.entries(after).flatMap(([name, value]) => {
    const key = name as keyof FrontendOptions;
    // Mappings say it, and nobody else.
    if (key === 'container') return [];
    if (isEqual(before[key], value)) return [];
    return [[key, isEqual(value, defaultOptions[key]) ? null : value]];
  });
  return Object.fromEntries(entries) as OptionsPatch;
}

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
