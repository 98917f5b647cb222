import { expect, test } from 'vitest';
import { withoutNames } from './withoutNames.ts';

const suffixes = ['dev.local'];
const at = (address: string, port: number, secure = false) => ({ address, port, secure });

test('the script and curl go to the plain listener, IPv4 before IPv6', () => {
  const listeners = [at('127.0.0.1', 443, true), at('::1', 8080), at('0.0.0.0', 8081)];
  expect(withoutNames({ listeners, suffixes })).toEqual({
    script: 'http://127.0.0.1:8081/proxy.pac',
    curl: 'curl --resolve welcome.dev.local:8081:127.0.0.1 http://welcome.dev.local:8081/',
  });
});

test('port 80 is not written, and an IPv6 address has its brackets once', () => {
  expect(withoutNames({ listeners: [at('::1', 80)], suffixes }).script).toBe(
    'http://[::1]/proxy.pac',
  );
});

test('curl names the host that is asked about', () => {
  const listeners = [at('127.0.0.1', 80)];
  expect(withoutNames({ listeners, suffixes }, 'app.test').curl).toContain('app.test:80:127.0.0.1');
});

test('there is neither where nothing listens for plain HTTP', () => {
  const listeners = [at('127.0.0.1', 443, true)];
  expect(withoutNames({ listeners, suffixes })).toEqual({ script: null, curl: null });
});
