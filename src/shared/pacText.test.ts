import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { pacText } from './pacText.ts';

const text = pacText({
  suffixes: ['localhost', 'dev.local'],
  address: '127.0.0.1:8080',
  ports: [80, 443, 8080, 8443],
});
const ask = (url: string): unknown => {
  const host = new URL(url).hostname;
  return runInNewContext(`${text};FindProxyForURL(${JSON.stringify(url)},${JSON.stringify(host)})`);
};

describe('the script for browsers', () => {
  it.each([
    'http://app.dev.local/',
    'https://app.dev.local/',
    'http://a.b.dev.local:80/x',
    'https://APP.dev.local:8443/',
    'http://app.dev.local:8080/a:99/b',
    'ws://app.dev.local/socket',
    'http://dev.local./',
    'http://app.localhost/',
  ])('sends %s to the proxy', (url) => {
    expect(ask(url)).toBe('PROXY 127.0.0.1:8080');
  });

  it.each([
    'http://example.com/',
    'https://dev.local.example.com/',
    'http://xdev.local/',
    'http://local/',
    'http://127.0.0.1:8080/',
    'http://localhost/',
    'http://[::1]:8080/',
    'http://app.dev.local:3000/',
    'http://user@app.dev.local:3000/',
  ])('leaves %s alone', (url) => {
    expect(ask(url)).toBe('DIRECT');
  });

  it('is of the oldest JavaScript that browsers run in it', () => {
    expect(text).not.toMatch(/=>|`|\blet\b|\bconst\b|includes|endsWith/);
  });
});
