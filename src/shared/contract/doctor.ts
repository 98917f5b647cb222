import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import { heldPlan, refusals } from './common.ts';

/** What checks are about, in the order in which they are shown. */
export const checkGroups = [
  'instance',
  'store',
  'ports',
  'names',
  'certificates',
  'trust',
  'hosts',
  'containers',
  'machine',
] as const;

export type CheckGroup = (typeof checkGroups)[number];

/** Groups for people. */
export const checkGroupTitles: Readonly<Record<CheckGroup, string>> = {
  instance: 'Instance',
  store: 'Store',
  ports: 'Ports',
  names: 'Names',
  certificates: 'Certificates',
  trust: 'Trust',
  hosts: 'Hosts',
  containers: 'Containers',
  machine: 'This machine',
};

/**
 * `ok` was tried and is well; `warning` works and may not stay so, or not for everybody; `problem` does not work;
 * `skipped` was not tried, or could not be, and is never taken for well.
 */
export type CheckStatus = 'ok' | 'warning' | 'problem' | 'skipped';

export interface CheckTitle {
  /** Stable: `ports.loopback`. */
  readonly id: string;
  readonly group: CheckGroup;
  /** What is checked, as the sentence that holds when it is well. */
  readonly title: string;
}

/** What to do about it. */
export interface CheckFix {
  /** One sentence. */
  readonly says: string;
  /** A command line to copy; null where there is none. */
  readonly command: string | null;
  /** What Berth can do by itself, for `doctor.preview`, and what its button says; null where a person has to. */
  readonly action: { readonly id: string; readonly label: string } | null;
}

export interface CheckOutcome extends CheckTitle {
  readonly status: CheckStatus;
  /** One sentence: what was found, or why nothing was tried. */
  readonly evidence: string;
  /** More of the same, a line each, at most `limits.maxDoctorDetails`. */
  readonly details: readonly string[];
  readonly fix: CheckFix | null;
  /** Milliseconds that it took. */
  readonly ms: number;
}

/** How many checks ended how. */
export type CheckCounts = Readonly<Record<CheckStatus, number>>;

export type DoctorEvent =
  /** First, what will be checked, in the order in which it is shown. */
  | { readonly kind: 'plan'; readonly checks: readonly CheckTitle[] }
  /** Each as it ends. */
  | { readonly kind: 'outcome'; readonly outcome: CheckOutcome }
  /** Last. `at` in Unix milliseconds. */
  | { readonly kind: 'end'; readonly counts: CheckCounts; readonly at: number };

/** What an action would change of the machine, for a person to agree to: a line each, none where it needs no word. */
export interface FixPreview {
  /** By which `fix` does it; for some minutes, and once. */
  readonly id: string;
  readonly lines: readonly string[];
}

/** What became of an action. */
export interface FixResult {
  readonly ok: boolean;
  /** One sentence: what was done, or why not. */
  readonly says: string;
  /** Does it, where nobody could be asked for the rights: for a person to run; else null. */
  readonly command: string | null;
}

const action = z.strictObject({ action: z.string().min(1).max(limits.maxDoctorActionChars) });

export const doctorContract = {
  /** Runs every check; whoever asks while they run hears of the same run. */
  run: oc.errors(refusals).output(eventIterator(type<DoctorEvent>())),
  /** What the action of a fix would change; refused for one that there is not. */
  preview: oc.errors(refusals).input(action).output(type<FixPreview>()),
  /** Does what a preview has shown, and nothing else; refused when that is not held any more. */
  fix: oc.errors(refusals).input(heldPlan).output(type<FixResult>()),
};
