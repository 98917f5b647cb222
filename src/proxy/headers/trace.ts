import type { LocalAnswer } from '../pages/pages.ts';

/** Fields that must not come back to a script in a page (RFC 9110 section 9.3.8). */
const secret = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** The answer of the last hop to TRACE: the request as it arrived, secrets left out. */
export function traceAnswer(
  method: string,
  target: string,
  httpVersion: string,
  raw: readonly string[],
): LocalAnswer {
  const lines = [`${method} ${target} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!secret.has(name.toLowerCase())) lines.push(`${name}: ${raw[i + 1]}`);
  }
  const body = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return {
    status: 200,
    headers: ['content-type', 'message/http', 'content-length', String(body.length)],
    body,
  };
}

/** The answer of the last hop to OPTIONS. */
export const optionsAnswer: LocalAnswer = {
  status: 200,
  headers: ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE', 'content-length', '0'],
  body: Buffer.alloc(0),
};
