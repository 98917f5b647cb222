import { expect, test } from 'vitest';
import type { ListenerStatus } from '../contract/instance.ts';
import { openUrl } from './openUrl.ts';

const plain: ListenerStatus = { address: '127.0.0.1', port: 8080, secure: false };
const secure: ListenerStatus = { address: '127.0.0.1', port: 8443, secure: true };
const trusted: ListenerStatus = { ...secure, port: 443, trustedFor: ['localhost'] };

test.each<[string, readonly ListenerStatus[], boolean, string | null]>([
  ['nothing is served', [], false, null],
  ['plain HTTP goes first', [secure, plain], false, 'http://app.localhost:8080/'],
  ['plain HTTP would redirect', [plain, secure], true, 'https://app.localhost:8443/'],
  ['there is HTTPS alone', [secure], false, 'https://app.localhost:8443/'],
  ['HTTPS was shown to be trusted', [plain, trusted], false, 'https://app.localhost/'],
  [
    'HTTPS is trusted for other hosts',
    [plain, { ...trusted, trustedFor: ['dev.local', 'calhost'] }],
    false,
    'http://app.localhost:8080/',
  ],
])('%s', (_when, listeners, redirects, url) => {
  expect(openUrl('app.localhost', listeners, redirects)).toBe(url);
});

test('a wildcard has a name that it matches', () => {
  expect(openUrl('*.app.localhost', [plain], false)).toBe('http://any.app.localhost:8080/');
  expect(openUrl('*', [plain], false)).toBe('http://any.localhost:8080/');
});

test('a certificate that a person brought is not known to be trusted', () => {
  expect(openUrl('app.localhost', [plain, trusted], false, true)).toBe(
    'http://app.localhost:8080/',
  );
});
