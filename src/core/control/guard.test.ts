import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type RequestFacts } from './guard.ts';

const token = 'the-token';
const bounds = {
  port: 8190,
  isToken: (text: string) => text === token,
  maxBodyBytes: 100,
  hasFile: (target: string) => target === '/assets/index.js',
};

const call: RequestFacts = {
  door: 'loopback',
  method: 'POST',
  target: '/rpc/hosts/list',
  hosts: ['127.0.0.1:8190'],
  origins: [],
  sites: [],
  isNavigation: false,
  authorizations: [`Bearer ${token}`],
  protocols: [],
  contentTypes: ['application/json'],
  contentLength: 2,
  hasBody: true,
  isUpgrade: false,
};
const page: RequestFacts = {
  ...call,
  method: 'GET',
  target: '/',
  authorizations: [],
  contentTypes: [],
  contentLength: null,
  hasBody: false,
};
const handOver: RequestFacts = {
  ...call,
  target: '/hand-over',
  authorizations: [],
  origins: ['http://127.0.0.1:8190'],
  sites: ['same-origin'],
};
const metrics: RequestFacts = { ...page, target: '/metrics', authorizations: [`Bearer ${token}`] };
const websocket: RequestFacts = {
  ...page,
  target: '/rpc',
  isUpgrade: true,
  origins: ['http://127.0.0.1:8190'],
  sites: ['same-origin'],
  protocols: ['berth.rpc.v1', `berth.token.${token}`],
};
const local = { door: 'socket', hosts: ['localhost'], authorizations: [] } as const;

const verdictOf = (facts: RequestFacts): string => {
  const verdict = decide(facts, bounds);
  return verdict.allowed ? verdict.asked.kind : String(verdict.status);
};

describe('let in is', () => {
  test.each<[string, RequestFacts, string]>([
    ['a call with the token', call, 'call'],
    ['a call from our own page', { ...call, origins: ['http://127.0.0.1:8190'] }, 'call'],
    ['a call of a script of ours', { ...call, sites: ['same-origin'] }, 'call'],
    ['a call to localhost', { ...call, hosts: ['localhost:8190'] }, 'call'],
    [
      'a call to localhost from there',
      { ...call, hosts: ['localhost:8190'], origins: ['http://localhost:8190'] },
      'call',
    ],
    ['a call over IPv6', { ...call, hosts: ['[::1]:8190'] }, 'call'],
    ['a Host in capitals', { ...call, hosts: ['LocalHost:8190'] }, 'call'],
    [
      'a call without a body',
      { ...call, contentTypes: [], contentLength: null, hasBody: false },
      'call',
    ],
    [
      'JSON with a character set',
      { ...call, contentTypes: ['Application/JSON; charset=utf-8'] },
      'call',
    ],
    ['metrics with the token', metrics, 'metrics'],
    ['a code from our own page, without the token', handOver, 'handOver'],
    ['the page without it', page, 'page'],
    ['a file of the page', { ...page, target: '/assets/index.js', sites: ['same-origin'] }, 'page'],
    [
      'a link from a file or another site to the page',
      { ...page, sites: ['cross-site'], isNavigation: true },
      'page',
    ],
    ['the page from the address bar', { ...page, sites: ['none'] }, 'page'],
    ['the head of the page', { ...page, method: 'HEAD' }, 'page'],
    ['the page with a query', { ...page, target: '/?fresh' }, 'page'],
    ['a WebSocket of our page', websocket, 'websocket'],
    [
      'a WebSocket of a program',
      {
        ...websocket,
        origins: [],
        sites: [],
        protocols: ['berth.rpc.v1'],
        authorizations: [`Bearer ${token}`],
      },
      'websocket',
    ],
    ['a call on the socket', { ...call, ...local }, 'call'],
    ['metrics on the socket', { ...metrics, ...local }, 'metrics'],
    [
      'a WebSocket on the socket',
      { ...websocket, ...local, origins: [], sites: [], protocols: [] },
      'websocket',
    ],
    ['any Host on the socket', { ...call, ...local, hosts: ['whatever'] }, 'call'],
  ])('%s', (_, facts, kind) => {
    expect(verdictOf(facts)).toBe(kind);
  });
});

describe('refused is', () => {
  const hosts = (...names: string[]): RequestFacts => ({ ...call, hosts: names });
  const origin = (...values: string[]): RequestFacts => ({ ...call, origins: values });
  test.each<[string, RequestFacts, number]>([
    ['a foreign Host', hosts('evil.com'), 403],
    ['a foreign Host with our port', hosts('evil.com:8190'), 403],
    ['a name that begins like an address', hosts('127.evil.com:8190'), 403],
    ['a name that begins like ours', hosts('127.0.0.1.evil.com:8190'), 403],
    ['a name that ends like ours', hosts('evil.localhost:8190'), 403],
    ['localhost with a dot', hosts('localhost.:8190'), 403],
    ['another way to write the address', hosts('127.1:8190'), 403],
    ['another loopback address', hosts('127.0.0.2:8190'), 403],
    ['the address that means all', hosts('0.0.0.0:8190'), 403],
    ['our address with another port', hosts('127.0.0.1:80'), 403],
    ['our address without a port', hosts('127.0.0.1'), 403],
    ['a port that goes on', hosts('127.0.0.1:81900'), 403],
    ['a Host with a user', hosts('a@127.0.0.1:8190'), 403],
    ['an empty Host', hosts(''), 403],
    ['no Host', hosts(), 403],
    ['two Hosts', hosts('127.0.0.1:8190', 'evil.com'), 403],
    ['two equal Hosts', hosts('127.0.0.1:8190', '127.0.0.1:8190'), 403],
    ['a foreign Origin', origin('http://evil.com'), 403],
    ['the null Origin of a sandbox or a file', origin('null'), 403],
    ['an empty Origin', origin(''), 403],
    ['another port of this machine', origin('http://127.0.0.1:3000'), 403],
    ['our Origin with another scheme', origin('https://127.0.0.1:8190'), 403],
    ['an Origin that begins like ours', origin('http://127.0.0.1:8190.evil.com'), 403],
    ['our other name as Origin', origin('http://localhost:8190'), 403],
    ['two Origins', origin('http://127.0.0.1:8190', 'http://127.0.0.1:8190'), 403],
    ['another site', { ...call, sites: ['cross-site'] }, 403],
    ['another port that calls itself the same site', { ...call, sites: ['same-site'] }, 403],
    ['the page as a part of another site', { ...page, sites: ['cross-site'] }, 403],
    [
      'a file of the page for another site',
      { ...page, target: '/assets/index.js', sites: ['cross-site'] },
      403,
    ],
    [
      'a link to a file of the page',
      { ...page, target: '/assets/index.js', sites: ['cross-site'], isNavigation: true },
      403,
    ],
    ['a link to a call', { ...call, sites: ['cross-site'], isNavigation: true }, 403],
    ['the page under a foreign Host', { ...page, hosts: ['evil.com:8190'] }, 403],
    ['a call without a token', { ...call, authorizations: [] }, 401],
    ['a wrong token', { ...call, authorizations: ['Bearer wrong'] }, 401],
    ['the beginning of the token', { ...call, authorizations: ['Bearer the-toke'] }, 401],
    ['an empty token', { ...call, authorizations: ['Bearer '] }, 401],
    ['the token by another scheme', { ...call, authorizations: [`Basic ${token}`] }, 401],
    [
      'two tokens of which one is right',
      { ...call, authorizations: [`Bearer ${token}`, 'Bearer x'] },
      401,
    ],
    [
      'a call with the token as a subprotocol',
      { ...call, authorizations: [], protocols: [`berth.token.${token}`] },
      401,
    ],
    ['metrics without a token', { ...metrics, authorizations: [] }, 401],
    ['a WebSocket without a token', { ...websocket, protocols: ['berth.rpc.v1'] }, 401],
    ['a WebSocket with a wrong one', { ...websocket, protocols: ['berth.token.x'] }, 401],
    ['a WebSocket of another site', { ...websocket, sites: ['cross-site'] }, 403],
    ['a WebSocket of another origin', { ...websocket, origins: ['http://evil.com'] }, 403],
    ['a WebSocket of the null origin', { ...websocket, origins: ['null'] }, 403],
    ['a WebSocket elsewhere', { ...websocket, target: '/' }, 400],
    ['no WebSocket where one is due', { ...websocket, isUpgrade: false }, 426],
    ['a form', { ...call, contentTypes: ['application/x-www-form-urlencoded'] }, 415],
    ['plain text, which a page may send unasked', { ...call, contentTypes: ['text/plain'] }, 415],
    ['a type that begins like JSON', { ...call, contentTypes: ['application/json-patch'] }, 415],
    ['a body without a type', { ...call, contentTypes: [] }, 415],
    ['two types', { ...call, contentTypes: ['application/json', 'text/plain'] }, 415],
    ['a body that is too large', { ...call, contentLength: 101 }, 413],
    [
      'a body where none is due',
      { ...metrics, hasBody: true, contentTypes: ['application/json'] },
      400,
    ],
    ['a call by GET', { ...call, method: 'GET' }, 405],
    ['a preflight', { ...call, method: 'OPTIONS' }, 405],
    ['the page by POST', { ...page, method: 'POST' }, 405],
    ['another address', { ...page, target: '/admin' }, 404],
    ['a file with a query', { ...page, target: '/assets/index.js?x' }, 404],
    ['a call with a query', { ...call, target: '/rpc/hosts/list?data=1' }, 404],
    ['a call with an odd name', { ...call, target: '/rpc/../metrics' }, 404],
    ['a target with a host', { ...call, target: 'http://evil.com/rpc/hosts/list' }, 404],
    ['a code by GET', { ...handOver, method: 'GET' }, 405],
    ['a code in a query', { ...handOver, target: '/hand-over?code=x' }, 404],
    ['a code of a foreign page', { ...handOver, origins: ['http://evil.com'] }, 403],
    ['a code of the null origin', { ...handOver, origins: ['null'] }, 403],
    ['a code of another port', { ...handOver, origins: [], sites: ['same-site'] }, 403],
    [
      'a code that another site links',
      { ...handOver, isNavigation: true, sites: ['cross-site'] },
      403,
    ],
    ['a code under a foreign Host', { ...handOver, hosts: ['evil.com:8190'] }, 403],
    ['a code as a form', { ...handOver, contentTypes: ['text/plain'] }, 415],
    ['a code that is too large', { ...handOver, contentLength: 101 }, 413],
    ['a code by a WebSocket', { ...handOver, isUpgrade: true }, 400],
    ['a code on the socket', { ...handOver, ...local, origins: [], sites: [] }, 404],
    ['a browser on the socket', { ...call, ...local, origins: ['http://localhost'] }, 403],
    ['a page that somebody forwards to the socket', { ...page, ...local, sites: ['none'] }, 403],
  ])('%s', (_, facts, status) => {
    expect(verdictOf(facts)).toBe(String(status));
  });
});

test('whatever comes by the loopback door, only the page and a try of a code are had without the one token', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...[
        '127.0.0.1:8190',
        'localhost:8190',
        'http://127.0.0.1:8190',
        'null',
        'none',
        '/rpc',
        '/hand-over',
      ],
      ...['/', '/rpc/hosts/list', '/metrics', 'GET', 'POST', 'application/json', 'berth.token.x'],
      ...[`Bearer ${token}`, `berth.token.${token}`, 'Bearer x', 'same-origin', 'cross-site'],
    ),
    fc.string(),
  );
  const words = fc.array(word, { maxLength: 2 });
  const anyFacts = fc.record({
    door: fc.constant('loopback' as const),
    method: word,
    target: word,
    hosts: words,
    origins: words,
    sites: words,
    isNavigation: fc.boolean(),
    authorizations: words,
    protocols: words,
    contentTypes: words,
    contentLength: fc.option(fc.nat()),
    hasBody: fc.boolean(),
    isUpgrade: fc.boolean(),
  });
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const verdict = decide(facts, bounds);
      if (!verdict.allowed) {
        expect(verdict.reason).toMatch(/^[A-Z].*[^ ]$/);
        return;
      }
      expect(['127.0.0.1:8190', 'localhost:8190']).toContain(facts.hosts.join().toLowerCase());
      const isLink = verdict.asked.kind === 'page' && facts.isNavigation;
      if (!isLink) expect(facts.sites.join()).toMatch(/^(?:|none|same-origin)$/);
      if (verdict.asked.kind === 'page') return;
      if (verdict.asked.kind === 'handOver') {
        expect(facts).toMatchObject({ method: 'POST', target: '/hand-over' });
        return;
      }
      const carried = [...facts.authorizations, ...(facts.isUpgrade ? facts.protocols : [])];
      expect(carried.some((text) => text.endsWith(token))).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
