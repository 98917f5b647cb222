import type { HttpErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { RequestFields } from '../headers/requestFields.ts';
import { type Framing, requestFraming } from './framing.ts';
import { loopOf } from './loop.ts';
import { type Hops, hopsLeft } from './maxForwards.ts';
import { parseTarget, parseTunnelTarget } from './target.ts';

/** A request that may be looked up and forwarded. */
export interface SoundRequest {
  readonly ok: true;
  /** Lower case, without port and trailing dot. */
  readonly host: string;
  /** Value of the Host field for the backend. */
  readonly hostField: string;
  readonly target: string;
  /** `absolute`: it names the host as it does to a proxy; `tunnel`: CONNECT, the target is the host and `port`. */
  readonly form: 'origin' | 'absolute' | 'tunnel';
  /** Of a tunnel; null otherwise. */
  readonly port: number | null;
  readonly framing: Exclude<Framing, { kind: 'doubtful' }>;
  readonly hops: Hops;
}

export interface Refusal {
  readonly ok: false;
  readonly code: HttpErrorCode;
  readonly detail: string;
  /** The host, as far as it could be read. */
  readonly host: string;
}

const refuse = (code: HttpErrorCode, detail = '', host = ''): Refusal => ({
  ok: false,
  code,
  detail,
  host,
});

/**
 * Methods that the parser lets through with `RTSP/1.0` only, and so a sign of it: it hides the protocol's name, and
 * gives their name as empty where node:http does not know it. SOURCE with 1.0 is Icecast's `ICE/1.0`.
 */
const foreignMethods = new Set([
  '',
  'ANNOUNCE',
  'DESCRIBE',
  'FLUSH',
  'GET_PARAMETER',
  'PAUSE',
  'PLAY',
  'RECORD',
  'REDIRECT',
  'SETUP',
  'SET_PARAMETER',
  'TEARDOWN',
]);

/**
 * Decides whether a parsed request can be trusted to mean the same to us and to a backend
 * (reliability bar, rows 1 to 8 and 12).
 *
 * @param httpVersion `1.1`, `1.0`; anything else is refused
 * @param via the name of this instance in Via fields
 */
export function examineRequest(
  method: string,
  target: string,
  httpVersion: string,
  fields: RequestFields,
  via: string,
): SoundRequest | Refusal {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return refuse('BERTH_REQUEST_MALFORMED', 'Only HTTP/1.1 and HTTP/1.0 are spoken here.');
  }
  if (foreignMethods.has(method) || (method === 'SOURCE' && httpVersion === '1.0')) {
    return refuse('BERTH_REQUEST_MALFORMED', 'This is a request of another protocol than HTTP.');
  }
  if (target.length > limits.maxTargetBytes) return refuse('BERTH_TARGET_TOO_LONG');
  if (fields.count > limits.maxHeadFields || fields.bytes > limits.maxHeadBytes) {
    return refuse('BERTH_HEAD_TOO_LARGE');
  }
  if (fields.hosts > 1) return refuse('BERTH_HOST_INVALID', 'There is more than one Host field.');
  if (fields.hosts === 0 && httpVersion === '1.1') return refuse('BERTH_HOST_MISSING');
  const form = method === 'CONNECT' ? parseTunnelTarget(target) : parseTarget(method, target);
  if (!form.ok) return refuse('BERTH_TARGET_INVALID', form.problem);
  let { named } = fields;
  if (!named.ok && (named.reason === 'invalid' || form.authority === null)) {
    return refuse(named.reason === 'invalid' ? 'BERTH_HOST_INVALID' : 'BERTH_HOST_MISSING');
  }
  if (form.authority !== null) {
    named = parseHost(form.authority);
    if (!named.ok) return refuse('BERTH_TARGET_INVALID', 'It names no valid host.');
  }
  if (!named.ok) return refuse('BERTH_HOST_MISSING');
  const { host } = named;
  const framing = requestFraming(fields.transferEncoding, fields.contentLength, httpVersion);
  if (framing.kind === 'doubtful') return refuse('BERTH_REQUEST_MALFORMED', framing.problem, host);
  if (fields.expect !== null && fields.expect.trim().toLowerCase() !== '100-continue') {
    return refuse('BERTH_EXPECTATION_UNKNOWN', '', host);
  }
  const loop =
    fields.via === null && fields.trail === null
      ? null
      : loopOf(fields.via, fields.trail, via, host);
  if (loop !== null) return refuse('BERTH_LOOP', loop, host);
  const isTunnel = method === 'CONNECT';
  if (isTunnel && (fields.transferEncoding !== null || fields.contentLength !== null)) {
    return refuse('BERTH_REQUEST_MALFORMED', 'CONNECT has no body.', host);
  }
  return {
    ok: true,
    host,
    hostField: form.authority ?? fields.host ?? host,
    target: form.target,
    form: isTunnel ? 'tunnel' : form.authority === null ? 'origin' : 'absolute',
    port: isTunnel ? named.port : null,
    framing,
    hops: hopsLeft(method, fields.maxForwards),
  };
}
