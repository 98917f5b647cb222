import { METHODS } from 'node:http';
import type { Refusal } from '../guards/request.ts';

/** The head of an HTTP/2 request in the words of HTTP/1.1, which guards and backends read. */
export interface Http2Head {
  readonly method: string;
  readonly target: string;
  /** Flat list: name, value, name, value. */
  readonly fields: string[];
  /** An extended CONNECT for WebSocket (RFC 8441), here the handshake of HTTP/1.1 but for its key. */
  readonly isWebSocket: boolean;
  /** What HTTP/1.1 has no words for; null when there is nothing. */
  readonly refusal: Refusal | null;
}

// What the parser of HTTP/1.1 takes, so that backends see the same methods whichever way a client came.
const methods: ReadonlySet<string> = new Set(METHODS);
const notInTarget = /[^\x21-\x7e\x80-\xff]/;
const notInValue = /[\0\r\n]/;

/**
 * Reads the field list of a request as node:http2 has it (RFC 9113 section 8.3.1). The library has seen to most of what
 * would be malformed; what a backend could take for two requests is looked at again.
 *
 * @param raw flat list, pseudo-header fields included
 * @param ended no body follows
 */
export function readHttp2Head(raw: readonly string[], ended: boolean): Http2Head {
  let method = '';
  let path: string | null = null;
  let scheme: string | null = null;
  let authority: string | null = null;
  let protocol: string | null = null;
  let problem: string | null = null;
  let cookieAt = -1;
  let length = false;
  const hosts: string[] = [];
  const fields: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    if (notInValue.test(value)) problem = 'A field of it holds a line end.';
    switch (name) {
      case ':method':
        method = value;
        continue;
      case ':path':
        path = value;
        continue;
      case ':scheme':
        scheme = value;
        continue;
      case ':authority':
        authority = value;
        continue;
      case ':protocol':
        protocol = value;
        continue;
      case 'host':
        hosts.push(value);
        continue;
      case 'connection':
      case 'keep-alive':
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'upgrade':
        problem = `It has the field ${name}, which HTTP/2 does not know.`;
        continue;
      case 'cookie':
        // One field again, as those who know HTTP/1.1 alone expect it (RFC 9113 section 8.2.3).
        if (cookieAt === -1) cookieAt = fields.push(name, value) - 1;
        else fields[cookieAt] = `${fields[cookieAt]}; ${value}`;
        continue;
      case 'content-length':
        length = true;
        break;
      case 'sec-websocket-key':
        // The key is between us and the backend.
        if (protocol !== null) continue;
        break;
      default:
        if (name.startsWith(':')) problem = `It has the field ${name}, which nobody knows.`;
    }
    fields.push(name, value);
  }
  const tunnel = method === 'CONNECT' && protocol === null;
  const target = tunnel ? (authority ?? '') : (path ?? '');
  if (!ended && !length && method !== 'CONNECT') fields.push('Transfer-Encoding', 'chunked');
  if (!methods.has(method)) problem = 'Its method is none that is known.';
  if (notInTarget.test(target) || (target === '' && !tunnel)) problem = 'Its path is none.';
  if (!tunnel && scheme !== 'https' && scheme !== 'http') problem = 'It is for another scheme.';
  // The parser leaves it to us that a path is one; an absolute address would say a second time whom it is for.
  if (!tunnel && !target.startsWith('/') && target !== '*') problem = 'Its path is none.';
  if (protocol !== null && (ended || length)) problem = 'A WebSocket handshake has no body.';
  const host = authority ?? hosts.shift();
  if (host !== undefined) fields.unshift('Host', host);
  const differs = hosts.some((other) => other.toLowerCase() !== host?.toLowerCase());
  const refusal =
    problem !== null
      ? refuse('BERTH_REQUEST_MALFORMED', problem)
      : protocol !== null && protocol !== 'websocket'
        ? refuse('BERTH_METHOD_UNSUPPORTED', 'Of other protocols, WebSocket alone is spoken here.')
        : differs
          ? refuse('BERTH_HOST_INVALID', 'Its Host field names another host than its address.')
          : null;
  const isWebSocket = protocol === 'websocket' && method === 'CONNECT';
  return { method: isWebSocket ? 'GET' : method, target, fields, isWebSocket, refusal };
}

const refuse = (code: Refusal['code'], detail: string): Refusal => ({
  ok: false,
  code,
  detail,
  host: '',
});
