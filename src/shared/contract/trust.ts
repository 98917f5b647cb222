import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { heldPlan, refusals } from './common.ts';

/**
 * What a store thinks of the local CA. `outdated`: it trusts an earlier certificate of it, and not the present one.
 * `unavailable`: it is not here, or cannot be used. `unknown`: it could not be found out.
 */
export type TrustState = 'trusted' | 'outdated' | 'absent' | 'unavailable' | 'unknown';

/** By what a state is known: a real handshake, or what the store lists; `none` where nothing could be tried. */
type TrustProof = 'handshake' | 'listed' | 'none';

/** One thing that would be done. */
export interface TrustStep {
  /** A sentence without its end. */
  readonly says: string;
  /** As a person would type it, with `sudo` where rights are needed. */
  readonly command: string;
  readonly needsRoot: boolean;
}

/** A place where the system, or a program, keeps whom it trusts. */
export interface TrustStoreView {
  /** Stable, as `system` or `firefox:ab12.default`. */
  readonly id: string;
  readonly title: string;
  readonly state: TrustState;
  readonly proof: TrustProof;
  /** What was seen, as one sentence without its end. */
  readonly evidence: string;
  /** Whether it is changed when nobody names it. */
  readonly byDefault: boolean;
  /** Whether a change takes the rights of an administrator. */
  readonly needsRoot: boolean;
  /** What adding does; empty when there is nothing to do, or it cannot be done. */
  readonly add: readonly TrustStep[];
  /** What removing does; empty when there is nothing of this instance. */
  readonly remove: readonly TrustStep[];
}

/** For what has no store of its own: commands for a person. */
export interface TrustHint {
  readonly id: 'node' | 'containers' | 'wsl' | 'firefox';
  readonly title: string;
  readonly says: string;
  readonly commands: readonly string[];
}

export interface TrustView {
  /** The local CA; null while none was made. */
  readonly authority: {
    readonly path: string;
    /** SHA-256, `AB:CD:…`. */
    readonly fingerprint: string;
    readonly subject: string;
    /** Unix milliseconds. */
    readonly validUntil: number;
  } | null;
  /** Whether every store that is here and is changed by default trusts it. */
  readonly isTrusted: boolean;
  readonly stores: readonly TrustStoreView[];
  readonly hints: readonly TrustHint[];
}

/** What became of one store. */
export interface TrustResult {
  readonly id: string;
  readonly title: string;
  readonly outcome:
    | 'added'
    | 'removed'
    /** There was nothing to do. */
    | 'unchanged'
    /** It is not here, or what it takes is not installed. */
    | 'unavailable'
    /** Nobody could be asked for the rights: `command` is for a person to run. */
    | 'needsRights'
    | 'failed';
  /** A sentence without its end. */
  readonly says: string;
  /** For a person to run; null where there is nothing. */
  readonly command: string | null;
}

/** What adding or removing would do, in each store that it is about. */
export interface TrustPlan {
  /** By which `change` does it; for some minutes, and once. */
  readonly id: string;
  readonly stores: readonly StorePlan[];
}

/** What would be done in one store; no steps where there is nothing to do, or it cannot be done. */
export interface StorePlan {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly TrustStep[];
}

export const trustContract = {
  /** With `prove`, by real handshakes, which takes seconds; else by what the stores list. */
  status: oc
    .errors(refusals)
    .input(z.strictObject({ prove: z.boolean().default(false) }))
    .output(type<TrustView>()),
  /**
   * What a change would do. To add, the CA is made where there is none, or another certificate of it where it does not cover
   * all names: that changes nothing beside the instance's own data.
   */
  plan: oc
    .errors(refusals)
    .input(
      z.strictObject({
        action: z.enum(['add', 'remove']),
        /**
         * None: to add, all that are here and are changed by default; to remove, all in which there is anything of this
         * instance, earlier certificates too.
         */
        stores: z.array(z.string().min(1).max(300)).max(200).default([]),
        /** To remove also what another instance of Berth put there, or one of which the data is lost. */
        foreign: z.boolean().default(false),
      }),
    )
    .output(type<TrustPlan>()),
  /** Does what a plan has shown, and nothing else: a store that has changed since fails, and says so. */
  change: oc.errors(refusals).input(heldPlan).output(type<readonly TrustResult[]>()),
};
