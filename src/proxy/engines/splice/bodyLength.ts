/** The length is left to the parser. */
export const byParser = -1;

const plain = /^\d{1,15}$/;

/**
 * Bytes of a body whose head a strict parser has accepted, where the head alone says it, so that the bytes need not be
 * parsed; else `byParser`.
 *
 * @param contentLength as all Content-Length fields say it, or null
 * @param otherwise what it is without any
 */
export function bodyLength(
  transferEncoding: boolean,
  contentLength: string | null,
  otherwise: number,
): number {
  if (transferEncoding) return byParser;
  if (contentLength === null) return otherwise;
  return plain.test(contentLength) ? Number(contentLength) : byParser;
}
