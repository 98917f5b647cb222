import type { ForwardedMode } from '../../shared/model/settings.ts';
import { mayHoldOurs, withoutOurs } from '../balance/stickyCookie.ts';
import { addForwarded, type ClientView } from './forwarded.ts';
import { hasToken } from './nominated.ts';
import type { RequestFields } from './requestFields.ts';
import { trailField } from './trail.ts';

export interface BackendHeadOptions {
  /** Value of the Host field that the client meant: what came, or the authority of an absolute target. */
  readonly host: string;
  /** Host field for the backend, where that is to be another; null: the client's. */
  readonly backendHost: string | null;
  readonly client: ClientView;
  readonly mode: ForwardedMode;
  /** The whole Via element of this hop: `1.1 berth-<id>`. */
  readonly via: string;
  /** What this hop adds to the trail: `berth-<id>/app.dev.local#0`. */
  readonly passage: string;
  /** New value of Max-Forwards, or null to leave it. */
  readonly maxForwards: string | null;
  /** The request is a WebSocket handshake. */
  readonly upgrade: boolean;
  /** False: the backend is asked to close after the answer. */
  readonly keepAlive: boolean;
  /** The body is empty, and the method is one that usually has one: say so, so that nobody waits. */
  readonly emptyBody: boolean;
}

/** The fields of the request as the backend gets it: a new flat list. */
export function fieldsToBackend(fields: RequestFields, options: BackendHeadOptions): string[] {
  const out = fields.kept.slice();
  if (fields.maxForwardsAt !== -1 && options.maxForwards !== null) {
    out[fields.maxForwardsAt] = options.maxForwards;
  }
  const host = options.backendHost ?? options.host;
  if (fields.hostAt !== -1) out[fields.hostAt] = host;
  if (options.emptyBody) out.push('Content-Length', '0');
  addForwarded(out, fields, options.client, options.host, options.mode);
  if (fields.hostAt === -1) out.unshift('Host', host);
  if (fields.cookie !== null && mayHoldOurs(fields.cookie)) dropOurCookies(out);
  out.push('Via', options.via, trailField, options.passage);
  if (options.upgrade) {
    out.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
    return out;
  }
  const trailers = fields.te !== null && hasToken(fields.te, 'trailers');
  if (trailers) out.push('TE', 'trailers');
  const connection = options.keepAlive ? 'keep-alive' : 'close';
  out.push('Connection', trailers ? `${connection}, TE` : connection);
  return out;
}

/** What a cookie of ours says is between the client and us. */
function dropOurCookies(out: string[]): void {
  let end = 0;
  for (let i = 0; i + 1 < out.length; i += 2) {
    const name = out[i] ?? '';
    const value = out[i + 1] ?? '';
    const kept = name.toLowerCase() === 'cookie' ? withoutOurs(value) : value;
    if (kept === null) continue;
    out[end++] = name;
    out[end++] = kept;
  }
  out.length = end;
}
