import type { HttpErrorCode } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';
import type { PassedOver, RequestRecord, RouteSource } from '../shared/model/record.ts';
import type { ForwardedMode } from '../shared/model/settings.ts';
import { cutText } from './cutText.ts';
import { type ClientView, recordedAddress } from './headers/forwarded.ts';
import type { RequestFields } from './headers/requestFields.ts';
import type { Route } from './routing/route.ts';
import type { Tries } from './tries.ts';

/** Status in the record of a request whose client left before an answer began; nothing with it is ever sent. */
export const statusClientLeft = 499;

const none: readonly PassedOver[] = [];

/** What an engine knows of a request when it is over. Durations and times are monotonic milliseconds. */
export interface RequestFacts {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly start: number;
  readonly end: number;
  readonly view: ClientView;
  readonly mode: ForwardedMode;
  /** The start line, as far as a parser knows it. */
  readonly line: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly httpVersion: string;
  };
  /** Null when they were never read. */
  readonly fields: Pick<RequestFields, 'realIp' | 'referer' | 'userAgent'> | null;
  /** The client asked for a tunnel. */
  readonly isUpgrade: boolean;
  readonly host: string;
  readonly route: Route | null;
  /** Where the route came from; null when there is none. */
  readonly lookup: RouteSource | null;
  readonly tries: Pick<
    Tries,
    'attempts' | 'backend' | 'begunAt' | 'sentAt' | 'answeredAt' | 'connectMs' | 'dead'
  >;
  readonly status: number;
  readonly bytes: number;
  readonly error: HttpErrorCode | null;
  readonly hint: string | null;
}

/** The record of a request that is over. */
export function requestRecord(facts: RequestFacts): RequestRecord {
  const { view, line, fields, route, tries, end } = facts;
  const method = line.method ?? '';
  const candidates = route?.candidates;
  const secure = view.scheme === 'https';
  const totalMs = end - facts.start;
  const backendMs = tries.begunAt === 0 ? 0 : end - tries.begunAt;
  const { sentAt, answeredAt } = tries;
  // What ended before it was sent ended while a connection was opened, or waited for.
  const isOpening = sentAt === 0 && facts.error !== 'BERTH_BACKEND_BUSY';
  const connectMs = isOpening ? backendMs : tries.connectMs;
  return {
    startedAt: facts.startedAt,
    client: recordedAddress(fields?.realIp ?? null, view, facts.mode),
    protocol: facts.isUpgrade && method === 'GET' ? (secure ? 'wss' : 'ws') : view.scheme,
    method,
    target: cut(line.url ?? ''),
    httpVersion: line.httpVersion,
    status: facts.status,
    bytes: facts.bytes,
    referer: cutOrNull(fields?.referer ?? null),
    userAgent: cutOrNull(fields?.userAgent ?? null),
    host: facts.host,
    frontend: route?.frontend.name ?? null,
    identifier: route?.frontend.identifier ?? null,
    backend: tries.backend?.url ?? null,
    totalMs,
    backendMs,
    queueMs: rounded((sentAt === 0 ? totalMs : sentAt - facts.start) - connectMs),
    connectMs: rounded(connectMs),
    firstByteMs: sentAt === 0 ? 0 : rounded((answeredAt === 0 ? end : answeredAt) - sentAt),
    bodyMs: answeredAt === 0 ? 0 : rounded(end - answeredAt),
    error: facts.error,
    hint: facts.hint,
    attempts: tries.attempts,
    lookup: facts.lookup,
    policy: candidates === undefined || candidates.backends.length === 0 ? null : candidates.policy,
    considered: route?.frontend.backends.length ?? 0,
    drained: candidates?.drained ?? 0,
    dead: tries.dead,
  };
}

/** The record of bytes that were no request and were refused. */
export const refusalRecord = (
  facts: Pick<RequestFacts, 'startedAt' | 'view' | 'status' | 'bytes'> & {
    readonly totalMs: number;
    readonly error: HttpErrorCode;
  },
): RequestRecord => ({
  startedAt: facts.startedAt,
  client: facts.view.address,
  protocol: facts.view.scheme,
  method: '-',
  target: '-',
  httpVersion: '1.1',
  status: facts.status,
  bytes: facts.bytes,
  referer: null,
  userAgent: null,
  host: '',
  frontend: null,
  identifier: null,
  backend: null,
  totalMs: facts.totalMs,
  backendMs: 0,
  queueMs: rounded(facts.totalMs),
  connectMs: 0,
  firstByteMs: 0,
  bodyMs: 0,
  error: facts.error,
  hint: null,
  attempts: [],
  lookup: null,
  policy: null,
  considered: 0,
  drained: 0,
  dead: none,
});

/** To microseconds: what stands behind them costs every record and says nothing. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
const cut = (text: string): string => cutText(text, limits.maxRecordTextChars);
const cutOrNull = (text: string | null): string | null => (text === null ? null : cut(text));
