import type { ForwardedMode } from '../../shared/model/settings.ts';
import { addForwarded, type ClientView } from './forwarded.ts';
import { hasToken } from './nominated.ts';
import type { RequestFields } from './requestFields.ts';

export interface BackendHeadOptions {
  /** Value of the Host field: what came, or the authority of an absolute target. */
  readonly host: string;
  readonly client: ClientView;
  readonly mode: ForwardedMode;
  /** The whole Via element of this hop: `1.1 berth-<id>`. */
  readonly via: string;
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
  if (fields.hostAt !== -1) out[fields.hostAt] = options.host;
  if (options.emptyBody) out.push('Content-Length', '0');
  addForwarded(out, fields, options.client, options.host, options.mode);
  if (fields.hostAt === -1) out.unshift('Host', options.host);
  out.push('Via', options.via);
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
