// Methods that need no length for an empty body, for readers do not expect one (RFC 9110 section 8.6).
const usuallyBodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/**
 * Whether a request without a body has to say so: its backend would otherwise wait for one, or get it chunked.
 *
 * @param bodiless it came without a body
 * @param contentLength what it said of its length, which is passed on; null when nothing
 */
export const needsZeroLength = (
  method: string,
  bodiless: boolean,
  contentLength: string | null,
): boolean => bodiless && contentLength === null && !usuallyBodiless.has(method);

/** Whether a response that came chunked goes on chunked, with its trailers. To HTTP/1.0 it ends with the connection. */
export const isChunkedToClient = (cameChunked: boolean, status: number, http10: boolean): boolean =>
  cameChunked && status !== 204 && status !== 304 && !http10;

/** Whether a response says where it ends, so that a connection that breaks before that is no end. */
export const saysItsEnd = (contentLength: string | null, chunkedToClient: boolean): boolean =>
  contentLength !== null || chunkedToClient;
