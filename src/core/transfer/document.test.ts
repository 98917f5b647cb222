import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostView } from '../../shared/contract/hosts.ts';
import { defaultOptions, type FrontendOptions, policies } from '../../shared/model/options.ts';
import { detectFormat } from './detect.ts';
import { formatDocument } from './document.ts';
import { parseBerth } from './formats/berth.ts';
import { planImport } from './plan.ts';
import { parseTree } from './tree.ts';
import { documentFormats } from './wanted.ts';

const host = (name: string, more: Partial<HostView> = {}): HostView => ({
  name,
  identifier: name,
  backends: ['http://127.0.0.1:3000'],
  options: defaultOptions,
  findings: [],
  revision: 'r',
  ...more,
});

const parse = (text: string) => {
  const parsed = parseTree(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parseBerth(parsed.tree);
};

const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,10}[a-z0-9_])?$/);
const nameArbitrary = fc.oneof(
  fc.constantFrom('*', '__proto__', 'constructor', 'no', 'null', '1', '1e3', '0x10'),
  fc
    .tuple(fc.boolean(), fc.array(label, { minLength: 1, maxLength: 4 }))
    .map(([wild, labels]) => `${wild ? '*.' : ''}${labels.join('.')}`),
);
const urlArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 65535 }).map((port) => `http://127.0.0.1:${port}`),
  fc.constantFrom('https://[::1]:8443/path?a=b#c', "http://it's:80/{}[]"),
);
const optionsArbitrary = fc
  .record({
    policy: fc.constantFrom(...policies),
    redirectToHttps: fc.boolean(),
    hostHeader: fc.constantFrom('client' as const, 'backend' as const),
    isWeighted: fc.boolean(),
    isDrained: fc.boolean(),
    paused: fc.boolean(),
    isChecked: fc.boolean(),
  })
  .map(
    ({ paused, policy, redirectToHttps, hostHeader, isWeighted, isDrained, isChecked }) =>
      (urls: readonly string[]): FrontendOptions => ({
        paused,
        policy,
        redirectToHttps,
        key: isChecked ? '/tls/key.pem' : null,
        cert: isChecked ? '/tls/cert.pem' : null,
        hostHeader,
        container: null,
        weights: isWeighted ? Object.fromEntries(urls.map((url, at) => [url, at + 1])) : {},
        drained: isDrained ? urls.slice(0, 1) : [],
        check: isChecked
          ? {
              type: 'http',
              method: 'GET',
              path: '/:#yes',
              host: null,
              expect: '2xx',
              intervalMs: 1000,
              timeoutMs: 500,
              rise: 2,
              fall: 3,
            }
          : null,
      }),
  );
const identifierArbitrary = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((text) => text.replace(/[\r\n\ud800-\udfff]/g, ' ')),
  fc.constantFrom(
    '',
    ' ',
    'true',
    '~',
    '- a',
    '"',
    "'",
    '#x',
    'a: b',
    '\u2028',
    '\u0085',
    '\t',
    '\ufeff',
    '8080',
  ),
);
const hostsArbitrary = fc.uniqueArray(
  fc
    .record({
      name: nameArbitrary,
      identifier: identifierArbitrary,
      backends: fc
        .array(urlArbitrary, { maxLength: 4 })
        .map((urls) => urls.filter((url) => !/\s/.test(url))),
      options: optionsArbitrary,
    })
    .map(({ name, identifier, backends, options }) =>
      host(name, { identifier, backends, options: options(backends) }),
    ),
  { selector: ({ name }) => name, maxLength: 8 },
);

describe('an exported document', () => {
  test.each(documentFormats)('as %s has nothing in it that moves a terminal', (format) => {
    const { text } = formatDocument([host('a', { identifier: 'x\u009b1m\u202ey' })], format);
    expect(text).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(parse(text)).toMatchObject({ frontends: [{ identifier: 'x\u009b1m\u202ey' }] });
  });

  test('is plain, sorted, and has no defaults in it', () => {
    const { text, warnings } = formatDocument(
      [
        host('b.localhost', { options: { ...defaultOptions, policy: 'round-robin' } }),
        host('*', { identifier: 'rest', backends: [] }),
      ],
      'yaml',
    );
    expect(warnings).toEqual([]);
    expect(text).toBe(`berth: 1
frontends:
  "*":
    identifier: rest
    backends: []
  b.localhost:
    identifier: b.localhost
    backends:
      - http://127.0.0.1:3000
    options:
      policy: round-robin
`);
  });

  test.each(documentFormats)('as %s comes back as it was', (format) => {
    fc.assert(
      fc.property(hostsArbitrary, (hosts) => {
        const { text, warnings } = formatDocument(hosts, format);
        expect(warnings).toEqual([]);
        const { frontends, problems } = parse(text);
        expect(problems).toEqual([]);
        const existing = new Map(hosts.map((one) => [one.name, one]));
        const plan = planImport(existing, frontends);
        expect(plan.map(({ kind }) => kind)).toEqual(hosts.map(() => 'same'));
        expect(frontends.map(({ backends }) => backends)).toEqual(
          frontends.map(({ name }) => existing.get(name)?.backends),
        );
        expect(formatDocument([...hosts].reverse(), format).text).toBe(text);
        if (hosts.length > 0) expect(detectFormat(text)).toBe('berth');
      }),
    );
  });

  test('never holds a password that was put into a URL by hand', () => {
    const secret = 'http://ada:secret@10.0.0.1';
    const options = { ...defaultOptions, weights: { [secret]: 2 }, drained: [secret] };
    const { text, warnings } = formatDocument(
      [host('app', { backends: ['http://a:1', secret], options })],
      'json',
    );
    expect(text).not.toContain('secret');
    expect(warnings).toEqual([
      '"app": a backend is left out, since its URL carries a user name or password',
    ]);
    expect(parse(text).frontends[0]?.backends).toEqual(['http://a:1']);
  });

  test('says what else is left out', () => {
    const unreadable = {
      rule: 'unreadable',
      severity: 'error',
      message: 'it is not a list',
      advice: '',
    } as const;
    const { text, frontends, warnings } = formatDocument(
      [
        host('bad', { findings: [unreadable] }),
        host('lines', { identifier: 'a\nb', backends: ['nonsense'] }),
        host('options', { findings: [{ ...unreadable, rule: 'unreadable-options' }] }),
      ],
      'yaml',
    );
    expect(frontends).toBe(2);
    expect(warnings).toEqual([
      '"bad" is left out: it is not a list',
      '"lines": the backend "nonsense" is left out, since it cannot be used',
      '"lines": its identifier is left out: too long, or not one line',
      '"options": its options cannot be read and are left out',
    ]);
    expect(parse(text).problems).toEqual([]);
  });
});

test('what a mapping says of its container is not taken along', () => {
  const container = { what: 'web', state: 'stopped', until: 0 } as const;
  const hosts = [host('app', { options: { ...defaultOptions, container } })];
  expect(formatDocument(hosts, 'json').text).not.toContain('container');
});
