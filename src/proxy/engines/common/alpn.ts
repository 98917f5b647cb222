/**
 * The protocols that an HTTPS listener offers, the preferred first. HTTP/2 only where node:http2 withstands its clients:
 * before nghttp2 1.61, which came with Node 18.20.1 and 20.12.1, one connection with a field list that does not end takes
 * the process down (CVE-2024-27983, CVE-2024-28182).
 *
 * @param nghttp2 its version, as in `process.versions`
 */
export function alpnProtocols(nghttp2 = ''): readonly string[] {
  const [major = 0, minor = 0] = nghttp2.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 61) ? ['h2', 'http/1.1'] : ['http/1.1'];
}
