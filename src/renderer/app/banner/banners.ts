import type { InstanceStatus, StatusNotice } from '../../../shared/contract/instance.ts';
import type { EngineState } from '../../../shared/desktop/state.ts';
import { type ErrorCode, errorCatalogue } from '../../../shared/errors.ts';
import type { SessionState } from '../../connection/session.ts';
import { timeOfDay } from '../../ui/format.ts';

/** What a banner can do about what it says. */
export type BannerAction = 'retry' | 'start' | 'stop' | 'restart' | 'resume-capture' | 'dismiss';

/** One line at the top of the interface. */
export interface Banner {
  /** The same as long as it says the same: what was dismissed stays away. */
  readonly key: string;
  readonly tone: 'down' | 'degraded' | 'paused' | 'unknown';
  readonly title: string;
  /** Why, and what to do; empty where the title says all. */
  readonly detail: string;
  /** Code of docs/ERRORS.md. */
  readonly code?: string;
  readonly actions: readonly BannerAction[];
}

/** What is to be said at this moment, the gravest first. */
export function bannersOf({
  session,
  engine,
  status,
}: {
  readonly session: SessionState;
  /** Null in a browser. */
  readonly engine: EngineState | null;
  /** The last that is known. */
  readonly status: InstanceStatus | null;
}): readonly Banner[] {
  const trouble = engine === null ? null : ofEngine(engine, session);
  if (trouble !== null) return [trouble];
  if (session.kind === 'lost') return [ofLost(session)];
  if (session.kind !== 'connected' || status === null) return [];
  const notices = status.notices.map(ofNotice);
  if (
    status.store.state === 'stale' &&
    !status.notices.some(({ kind }) => kind === 'store-stale')
  ) {
    notices.push(ofNotice({ kind: 'store-stale', since: 0 }));
  }
  if (!status.capture) {
    notices.push({
      key: 'capture',
      tone: 'paused',
      title: 'Capture is paused.',
      detail: 'Requests are served, and none of them is kept or shown.',
      actions: ['resume-capture'],
    });
  }
  return notices;
}

function ofEngine(engine: EngineState, session: SessionState): Banner | null {
  if (engine.kind === 'stopping') {
    return {
      key: 'stopping',
      tone: 'unknown',
      title: 'The proxy is stopping.',
      detail: 'Requests that it has may finish.',
      actions: ['stop'],
    };
  }
  // With the app it starts without a word: nothing is shown yet that could be old.
  if (engine.kind === 'starting' && session.kind === 'lost') {
    return {
      key: 'starting',
      tone: 'unknown',
      title: 'The proxy is starting.',
      detail: 'What is shown is what was last known.',
      actions: [],
    };
  }
  if (engine.kind === 'stopped') {
    return {
      key: 'stopped',
      tone: 'paused',
      title: 'The proxy is stopped.',
      detail: 'No host is served. What is shown is what was last known.',
      actions: ['start'],
    };
  }
  if (engine.kind !== 'crashed') return null;
  return {
    key: `crashed ${engine.reason}`,
    tone: 'down',
    title: `The proxy ended: ${engine.reason}.`,
    detail: complaintOf(engine),
    actions: ['restart'],
  };
}

const complaintHead = /^berth: (?:error|warning): /;

/** The error or warning that it ended with, as far as the reason does not say it; empty where it said something else last. */
function complaintOf({ lines, reason }: Extract<EngineState, { kind: 'crashed' }>): string {
  const last = lines.findLastIndex((line) => /^berth[: ]/.test(line));
  const line = lines[last];
  if (line === undefined || !complaintHead.test(line)) return '';
  const said = line.replace(complaintHead, '');
  if (said !== reason) return said;
  // Its advice, or a stack, which says nothing to a person.
  const next = lines[last + 1] ?? '';
  return /^\s/.test(next) ? '' : next;
}

function ofLost({ error }: Extract<SessionState, { kind: 'lost' }>): Banner {
  return {
    key: 'lost',
    tone: 'down',
    title: `Not connected: ${error.detail}.`,
    detail: `${isHelpful(error.code) ? `${errorCatalogue[error.code].advice} ` : ''}It is tried again each second; what is shown is what was last known.`,
    code: error.code,
    actions: ['retry'],
  };
}

/** Whether the advice of a code says something where no command was given. */
const isHelpful = (code: ErrorCode): boolean =>
  code === 'BERTH_NOT_RUNNING' || code === 'BERTH_CONTROL_VERSION' || code === 'BERTH_CONTROL_BUSY';

const ownerOfPort = {
  'store-port-moved': 'the store',
  'control-port-moved': 'this interface',
  'dns-port-moved': 'the DNS server',
} as const;

function ofNotice(notice: StatusNotice): Banner {
  const key = JSON.stringify(notice);
  if (notice.kind === 'store-stale') {
    const since = notice.since === 0 ? '' : ` since ${timeOfDay(notice.since).slice(0, 8)}`;
    return {
      key,
      tone: 'degraded',
      title: `The store is away${since}.`,
      detail: 'Hosts are served as they were last known; edits are refused until it is back.',
      actions: [],
    };
  }
  if (notice.kind === 'access-log-moved') {
    return {
      key,
      tone: 'degraded',
      title: `The access log ${notice.wanted} cannot be written.`,
      detail: `Lines go to ${notice.got}.`,
      actions: ['dismiss'],
    };
  }
  const { wanted, got } = notice;
  if (notice.kind === 'port-moved') {
    const why =
      notice.because === 'forbidden'
        ? `Port ${wanted} needs a privilege that Berth does not have.`
        : `Port ${wanted} is taken${notice.owner === null ? '' : ` by ${notice.owner.name} (pid ${notice.owner.pid})`}.`;
    return { key, tone: 'degraded', title: why, detail: `Using ${got}.`, actions: ['dismiss'] };
  }
  const what = ownerOfPort[notice.kind];
  return {
    key,
    tone: 'degraded',
    title: `Port ${wanted} of ${what} is taken.`,
    detail: `Using ${got}.`,
    actions: ['dismiss'],
  };
}
