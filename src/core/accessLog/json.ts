import { plainAddress } from '../../shared/model/plainAddress.ts';
import type { RequestRecord } from '../../shared/model/record.ts';

/**
 * One JSON object a line, in printable ASCII. Fields are only ever added; each is there in every line.
 *
 * `time` ISO 8601 in UTC · `client` address · `protocol` http, https, ws or wss · `method` · `host` · `target` ·
 * `httpVersion` · `status` · `bytes` sent to the client · `referer`, `userAgent` text or null · `frontend` that matched,
 * its `identifier`, `backend` URL, or null · `totalMs`, `backendMs` · `totalMs` in parts:
 * `queueMs`, `connectMs`, `firstByteMs`, `bodyMs` · `error` code of docs/ERRORS.md or null ·
 * `attempts` list of `{backend, ms, outcome}` · why this backend: `lookup`, `policy`, `considered`, `drained`, `dead` ·
 * `hint` to the backend's answer, or null
 */
export function formatJsonLine(record: RequestRecord): string {
  const line = {
    time: timeOf(record.startedAt),
    client: plainAddress(record.client),
    protocol: record.protocol,
    method: record.method,
    host: record.host,
    target: record.target,
    httpVersion: record.httpVersion,
    status: finite(record.status),
    bytes: finite(record.bytes),
    referer: record.referer,
    userAgent: record.userAgent,
    frontend: record.frontend,
    identifier: record.identifier,
    backend: record.backend,
    totalMs: milliseconds(record.totalMs),
    backendMs: milliseconds(record.backendMs),
    queueMs: milliseconds(record.queueMs),
    connectMs: milliseconds(record.connectMs),
    firstByteMs: milliseconds(record.firstByteMs),
    bodyMs: milliseconds(record.bodyMs),
    error: record.error,
    attempts: record.attempts.map(({ url, ms, outcome }) => ({
      backend: url,
      ms: milliseconds(ms),
      outcome,
    })),
    lookup: record.lookup,
    policy: record.policy,
    considered: finite(record.considered),
    drained: finite(record.drained),
    dead: record.dead,
    hint: record.hint,
  };
  return `${ascii(JSON.stringify(line))}\n`;
}

/** Stands where lines were lost; no other line has the field. */
export const jsonLostLine = (lines: number, at: number): string =>
  `${JSON.stringify({ time: timeOf(at), lost: lines })}\n`;

const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
const milliseconds = (value: number): number => Math.round(finite(value) * 1000) / 1000;

function timeOf(at: number): string {
  const date = new Date(at);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}

const notPrintable = /[^ -~]/;

/** JSON has a notation for each character that is not ASCII; the log is written one byte a character. */
const ascii = (json: string): string =>
  notPrintable.test(json)
    ? json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json;
