import type {
  CheckFix,
  CheckOutcome,
  CheckStatus,
  CheckTitle,
} from '../../shared/contract/doctor.ts';
import type { DoctorContext } from './context.ts';

/** What a check found. */
export interface Finding extends Pick<CheckOutcome, 'status' | 'evidence'> {
  readonly details?: readonly string[];
  readonly fix?: CheckFix;
}

/** What a check cannot do without; where it is not there, the check is not tried and says so. */
export type Need =
  /** An instance that runs and answers. */
  | 'instance'
  /** A configuration that can be read. */
  | 'configuration'
  /** A store that can be connected to from here. */
  | 'store';

export interface Check extends CheckTitle {
  readonly needs: readonly Need[];
  /** Milliseconds that it may take, where it is not `limits.doctorCheckMs`. */
  readonly timeLimitMs?: number;
  /** Whatever it throws, or does not come to an end in time, is told as "could not be checked". */
  run(context: DoctorContext, signal: AbortSignal): Promise<Finding>;
}

const finding =
  (status: CheckStatus) =>
  (
    evidence: string,
    more: { readonly details?: readonly string[]; readonly fix?: CheckFix } = {},
  ): Finding => ({ status, evidence, ...more });

export const ok = finding('ok');
export const warning = finding('warning');
export const problem = finding('problem');
export const skipped = finding('skipped');

/** What a person does. */
export const advise = (says: string, command: string | null = null): CheckFix => ({
  says,
  command,
  action: null,
});

/** What Berth does on request. */
export const offer = (
  says: string,
  action: { readonly id: string; readonly label: string },
  command: string | null = null,
): CheckFix => ({ says, command, action });
