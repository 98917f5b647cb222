import { describe, expect, test } from 'vitest';
import { readBackendUrl } from './backendUrl.ts';

describe('a backend as a person writes it', () => {
  test.each([
    ['3000', 'http://127.0.0.1:3000', true],
    [':3000', 'http://127.0.0.1:3000', true],
    ['localhost:3000', 'http://localhost:3000', true],
    ['192.168.1.5:8080', 'http://192.168.1.5:8080', true],
    ['[::1]:3000', 'http://[::1]:3000', true],
    ['localhost:3001/path', 'http://localhost:3001/path', true],
    ['my_app.internal:80', 'http://my_app.internal:80', true],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000', false],
    ['HTTPS://secure.example', 'HTTPS://secure.example', false],
    ['http://a/path', 'http://a/path', false],
  ])('%s is %s', (text, url, isShort) => {
    expect(readBackendUrl(text)).toEqual({ ok: true, url, isShort });
  });

  test.each([
    ['', 'is no backend'],
    ['localhost', 'is no backend'],
    ['app.localhost', 'is no backend'],
    ['/path', 'is no backend'],
    ['a b:1', 'is no backend'],
    ['0', 'has no usable port: ports go from 1 to 65535'],
    ['70000', 'ports go from 1 to 65535'],
    ['123456', 'ports go from 1 to 65535'],
    ['localhost:99999/path', 'ports go from 1 to 65535'],
    ['ftp://a', 'has a scheme other than http and https'],
    ['http://u:p@a', 'carries a user name or password'],
  ])('%j is refused', (text, problem) => {
    expect(readBackendUrl(text)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});
