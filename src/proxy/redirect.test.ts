import { expect, test } from 'vitest';
import { httpsRedirect } from './redirect.ts';

const facts = {
  host: 'a.local',
  target: '/x?y',
  scheme: 'http',
  protoAt: -1,
  httpsPort: 8443,
} as const;

test.each([
  ['the port is told', {}, 'https://a.local:8443/x?y'],
  ['but for the usual one', { httpsPort: 443 }, 'https://a.local/x?y'],
  ['an asterisk becomes the root', { target: '*' }, 'https://a.local:8443/'],
  ['an address keeps its brackets', { host: '[::1]' }, 'https://[::1]:8443/x?y'],
  ['nowhere without a listener', { httpsPort: null }, undefined],
  ['not from HTTPS', { scheme: 'https' }, undefined],
  ['not from HTTPS before us', { protoAt: 1 }, undefined],
] as const)('%s', (_name, change, location) => {
  const { host, target, scheme, protoAt, httpsPort } = { ...facts, ...change };
  const fields = { kept: ['X-Forwarded-Proto', 'https'], forwardedProtoAt: protoAt };
  const headers = httpsRedirect({ host, target }, fields, { scheme }, 'keep', httpsPort)?.headers;
  expect(headers?.[headers.indexOf('location') + 1]).toBe(location);
});
