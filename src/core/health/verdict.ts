import type { BackendState } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { ContainerFinding } from '../containers/mappings/types.ts';
import type { DeadEntry } from '../frontends/table.ts';
import type { CheckState } from './checkState.ts';
import type { Evidence } from './evidence.ts';

/** Who besides requests marks a backend: active checks, or the HEALTHCHECK of its container. */
export type MarkKind = 'check' | 'container';

/** Begins the reason of a mark, so that whoever looks next knows whose it is. */
const beginnings: Readonly<Record<MarkKind, string>> = {
  check: 'check: ',
  container: 'container: ',
};

export const reasonOfMark = (kind: MarkKind, outcome: string): string => beginnings[kind] + outcome;

/** Null for a mark that requests made, or another program. */
export const kindOfMark = ({ reason }: DeadEntry): MarkKind | null =>
  (['check', 'container'] as const).find((kind) => reason.startsWith(beginnings[kind])) ?? null;

/** What the HEALTHCHECK of a container says of the backend that it is. */
export const wordsOfContainer = ({ health, output }: ContainerFinding): string => {
  if (health === 'healthy') return 'its container is healthy';
  return `its container is unhealthy${output === '' ? '' : `: ${output}`}`;
};

/** All that is known of one backend at one moment. */
export interface Knowledge {
  /** Its host is. */
  readonly isPaused: boolean;
  readonly isDrained: boolean;
  readonly mark: DeadEntry | null;
  /** What active checks found; null where nobody checks, or not any more. */
  readonly check: CheckState | null;
  /** What its container says of itself; null without one that says anything. */
  readonly container: ContainerFinding | null;
  readonly evidence: Evidence | null;
  /** What connections have shown where no check is configured. */
  readonly probe: CheckState | null;
  /** Unix milliseconds. */
  readonly now: number;
}

export interface Verdict {
  readonly state: BackendState;
  /** One sentence without a full stop; empty for `unknown`. */
  readonly reason: string;
  /** Whether it holds until something says otherwise; what requests showed of a live backend does not. */
  readonly lasts: boolean;
  /** Whether connections alone tell: that it is down to begin with is nothing to tell anybody. */
  readonly isProbed: boolean;
}

const verdict = (state: BackendState, reason: string, lasts = true): Verdict => ({
  state,
  reason: reason.slice(0, limits.maxHealthReasonChars),
  lasts,
  isProbed: false,
});

/** In which state a backend is. The strongest word first: a person's, then the mark that routing obeys, then checks. */
export function verdictOf(knowledge: Knowledge): Verdict {
  const { isPaused, isDrained, mark, check, container } = knowledge;
  if (isPaused) return verdict('paused', 'paused: its host gets no requests');
  if (isDrained) return verdict('drained', 'drained: it gets no new requests');
  if (check?.verdict === 'down') return verdict('down', check.last?.outcome ?? '');
  if (container?.health === 'unhealthy') return verdict('down', wordsOfContainer(container));
  if (mark !== null) return verdict('down', wordsOfMark(mark));
  if (check?.verdict === 'up') {
    const outcome = check.last?.outcome ?? '';
    return verdict('up', check.last?.ok === false ? `its last check failed: ${outcome}` : outcome);
  }
  return byEvidence(knowledge);
}

function wordsOfMark(mark: DeadEntry): string {
  const kind = kindOfMark(mark);
  if (kind !== null) return mark.reason.slice(beginnings[kind].length);
  // Nobody but a Berth says when and why it marks.
  if (mark.at === 0) return 'marked dead by another program';
  return mark.reason === '' ? 'marked dead' : `marked dead after a request: ${mark.reason}`;
}

function byEvidence(knowledge: Knowledge): Verdict {
  const { evidence, probe, container } = knowledge;
  const seen = evidence === null ? null : seenBy(evidence, knowledge);
  if (seen?.state === 'down') return seen;
  const last = probe?.last ?? null;
  if (probe?.verdict === 'down' && last !== null && last.at >= (evidence?.okAt ?? 0)) {
    return { ...verdict('down', last.outcome), isProbed: true };
  }
  // As long as it takes connections, what requests showed of it holds.
  if (seen !== null) return { ...seen, lasts: probe?.verdict === 'up' };
  if (container !== null) return verdict('up', wordsOfContainer(container));
  if (probe?.verdict === 'up') {
    return { ...verdict('up', 'accepts connections'), isProbed: true };
  }
  return verdict('unknown', '');
}

/** What requests, and checks that somebody asked for, tell; null when that is nothing, or too long ago. */
function seenBy(evidence: Evidence, { now }: Knowledge): Verdict | null {
  const { failures, threshold, outcome, okAt, source } = evidence;
  const isAlive = okAt !== null && now - okAt < limits.requestEvidenceMs;
  if (source === 'check') {
    if (failures > 0) return verdict('down', `checked on request: ${outcome}`);
    return isAlive ? verdict('up', `checked on request: ${outcome}`) : null;
  }
  if (failures >= threshold) {
    const which = failures === 1 ? 'the last request' : `the last ${failures} requests`;
    return verdict('down', `seen by requests: ${which} failed: ${outcome}`);
  }
  if (!isAlive) return null;
  return verdict(
    'up',
    failures === 0 ? 'seen by requests: it answers' : `seen by requests: one failed: ${outcome}`,
  );
}
