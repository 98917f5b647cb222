import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { addressOfLink, linkIn } from './deepLink.ts';

test.each([
  ['berth://host/app.localhost', '/hosts/app.localhost'],
  ['berth://host/app.localhost/', '/hosts/app.localhost'],
  ['berth://host/*.dev.local', '/hosts/*.dev.local'],
  ['berth://host/%2A.dev.local', '/hosts/*.dev.local'],
  ['berth://traffic', '/traffic'],
  ['berth://traffic/?filter=', '/traffic'],
  ['berth://traffic?filter=status:5xx host:api.*', '/traffic?filter=status%3A5xx+host%3Aapi.*'],
  ['berth://traffic?filter=status%3A5xx', '/traffic?filter=status%3A5xx'],
  ['berth://health', '/health'],
  ['berth://settings/', '/settings'],
])('%s leads to %s', (link, address) => {
  expect(addressOfLink(link)).toBe(address);
});

test.each([
  'https://host/app.localhost',
  'berth:host/app.localhost',
  'berth://host/',
  'berth://host/a b',
  'berth://host/<script>',
  'berth://host/%E0%A4%A',
  'berth://host/app.localhost%2f..%2fsettings',
  'berth://host/a/b',
  'berth://stop',
  'berth://hosts/add?name=evil',
  'berth://',
  'nothing',
  `berth://traffic?filter=${'x'.repeat(limits.maxFilterChars + 1)}`,
  `berth://host/${'x'.repeat(100_000)}`,
])('%.60s leads nowhere', (link) => {
  expect(addressOfLink(link)).toBeNull();
});

test('a link is found among the words of a start', () => {
  expect(linkIn(['/usr/bin/berth', '--no-sandbox', 'berth://health'])).toBe('berth://health');
  expect(linkIn(['/usr/bin/berth', 'https://example.com'])).toBeNull();
});
