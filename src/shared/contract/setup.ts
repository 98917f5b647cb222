import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { heldPlan, refusals } from './common.ts';
import type { DoneStep, ShownStep } from './names.ts';
import type { StorePlan, TrustResult } from './trust.ts';

/** What was tried after a change, and what came of it. */
export interface Proof {
  readonly kind: 'name' | 'trust' | 'page';
  /** A host, a store or an address. */
  readonly title: string;
  /** `untried` is neither: nothing says that it is well. */
  readonly status: 'well' | 'wrong' | 'untried';
  /** What was seen, as one sentence without its end. */
  readonly says: string;
}

/** Whether the set-up has what it is for, by what was tried. */
export interface SetupOutcome {
  /** Of a page over HTTPS; `untried` is neither. */
  readonly opens: 'well' | 'wrong' | 'untried';
  /** One or two sentences without the last full stop. */
  readonly says: string;
  /** A command line that brings it further; null where there is none. */
  readonly command: string | null;
}

/** Why addresses have a port in them, and what changes that. */
export interface PortAdvice {
  /** One sentence without a full stop. */
  readonly says: string;
  /** Null where a person has to see to it. */
  readonly command: string | null;
}

/** What would be done to this machine, to the line. */
export interface SetupPlanView {
  /** By which `change` does it; for some minutes, and once. */
  readonly id: string;
  /** Of names and ports. */
  readonly steps: readonly ShownStep[];
  /** Of each store of trust; those without a step are as they should be, or not here. */
  readonly stores: readonly StorePlan[];
  /** What is not possible here, a sentence each. */
  readonly problems: readonly string[];
  /** Hosts outside of the suffixes that the hosts file gets, each since a person has asked for it by name. */
  readonly byHand: readonly string[];
  /** Whether ports 80 and 443 can be had by a step more, which concerns every user of the machine. */
  readonly canFreePorts: boolean;
}

/** What became of it, and what was tried then. */
export interface SetupDoneView {
  readonly steps: readonly DoneStep[];
  readonly stores: readonly TrustResult[];
  readonly problems: readonly string[];
  /** Command lines for a person, since nobody could be asked for the rights. */
  readonly commands: readonly string[];
  /** None after it was taken back. */
  readonly proofs: readonly Proof[];
  /** Null after it was taken back. */
  readonly outcome: SetupOutcome | null;
  readonly ports: readonly PortAdvice[];
}

export const setupContract = {
  /**
   * Everything that has hosts open by name over HTTPS without a warning, or what takes all of that back. For the former the
   * CA is made where there is none, which changes nothing beside the instance's own data.
   */
  plan: oc
    .errors(refusals)
    .input(
      z.strictObject({
        action: z.enum(['install', 'undo']),
        /** Also that every user may listen on ports from 80 on (Linux). */
        ports: z.boolean().default(false),
      }),
    )
    .output(type<SetupPlanView>()),
  /** Does what a plan has shown, asks for rights once, and tries what it was for: takes seconds. */
  change: oc.errors(refusals).input(heldPlan).output(type<SetupDoneView>()),
};
