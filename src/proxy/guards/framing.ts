/** How long a request body is, or that two readers could disagree about it (RFC 9112 section 6). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'doubtful'; readonly problem: string };

const none: Framing = { kind: 'none' };
const chunked: Framing = { kind: 'chunked' };
const doubtful = (problem: string): Framing => ({ kind: 'doubtful', problem });

/**
 * @param transferEncoding values of all Transfer-Encoding fields, joined by commas, or null
 * @param contentLength likewise
 */
export function requestFraming(
  transferEncoding: string | null,
  contentLength: string | null,
  httpVersion: string,
): Framing {
  if (transferEncoding === null && contentLength === null) return none;
  if (transferEncoding !== null) {
    if (contentLength !== null) return doubtful('It has both a length and a transfer coding.');
    if (httpVersion !== '1.1') return doubtful('HTTP/1.0 has no transfer codings.');
    if (transferEncoding.trim().toLowerCase() !== 'chunked') {
      return doubtful('It has a transfer coding other than chunked.');
    }
    return chunked;
  }
  if (contentLength === null || !/^\d{1,15}$/.test(contentLength)) {
    return doubtful('Its length is not a number.');
  }
  const length = Number(contentLength);
  return length === 0 ? none : { kind: 'length', length };
}
