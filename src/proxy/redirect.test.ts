import { expect, test } from 'vitest';
import { httpsRedirect, type RedirectFacts } from './redirect.ts';

const facts: RedirectFacts = {
  host: 'a.local',
  target: '/x?y',
  view: { scheme: 'http' },
  fields: { kept: ['X-Forwarded-Proto', 'https'], forwardedProtoAt: -1 },
  mode: 'keep',
  httpsPort: 8443,
};

test.each([
  ['the port is told', {}, 'https://a.local:8443/x?y'],
  ['but for the usual one', { httpsPort: 443 }, 'https://a.local/x?y'],
  ['an asterisk becomes the root', { target: '*' }, 'https://a.local:8443/'],
  ['an address keeps its brackets', { host: '[::1]' }, 'https://[::1]:8443/x?y'],
  ['nowhere without a listener', { httpsPort: null }, undefined],
  ['not from HTTPS', { view: { scheme: 'https' } }, undefined],
  ['not from HTTPS before us', { fields: { ...facts.fields, forwardedProtoAt: 1 } }, undefined],
] as const)('%s', (_name, change, location) => {
  const headers = httpsRedirect({ ...facts, ...change })?.headers;
  expect(headers?.[headers.indexOf('location') + 1]).toBe(location);
});
