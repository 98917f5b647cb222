import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeContainer } from '../../../../test/support/containers.ts';
import { hasUnseen } from '../../../shared/escapeUnseen.ts';
import { limits } from '../../../shared/limits.ts';
import { parseFrontendName } from '../../../shared/model/hostname.ts';
import { type Wanted, wantedHosts } from './index.ts';
import { parseRule } from './traefikRule.ts';

const settings = { suffixes: ['dev.local'], autoNames: true, isLabels: true };

function expectBounded({ wants, problems }: Wanted): void {
  expect(wants.length).toBeLessThanOrEqual(limits.maxWantedHosts);
  expect(problems.length).toBeLessThanOrEqual(limits.maxContainerProblems);
  for (const problem of problems) {
    expect(problem.length).toBeLessThanOrEqual(limits.maxContainerProblemChars);
    expect(hasUnseen(problem)).toBe(false);
    expect(problem).not.toMatch(/[\u0000-\u001f]/);
    expect(problem).not.toMatch(/\p{Surrogate}/u);
  }
  for (const { name, port, from } of wants) {
    expect(parseFrontendName(name)).toEqual({ ok: true, name });
    expect(port === null || (Number.isInteger(port) && port >= 1 && port <= 65_535)).toBe(true);
    expect(from.length).toBeLessThanOrEqual(limits.maxLabelNameChars);
    expect(hasUnseen(from)).toBe(false);
  }
}

/** Any code unit, halves of characters too. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const fromBits = (bits: readonly string[]) =>
  fc.array(fc.constantFrom(...bits), { maxLength: 30 }).map((parts) => parts.join(''));
const text = fc.oneof(
  fc.string({ unit, maxLength: 60 }),
  fromBits(['Host(', '`', 'a.test', ')', '&&', '||', '!', '(', ',', 'PathPrefix(', '"', '\\', ' ']),
  fromBits([
    'a.test',
    ':',
    '\n',
    '  ',
    '"/"',
    'port',
    '80',
    '{',
    '}',
    '[',
    ']',
    '&x',
    '*x',
    '!!a',
    '~',
  ]),
  fromBits([
    'Host:',
    ';',
    ',',
    'a.test',
    '*.',
    '~',
    '.',
    '\u202e',
    '\u200b',
    '\ud83d',
    '99999',
    '-',
  ]),
);
const key = fc.oneof(
  fc.constantFrom(
    ...['berth.host', 'berth.port', 'berth.scheme', 'berth.enable', 'berth.host.1', 'berth.port.1'],
    ...['dev.orbstack.domains', 'dev.orbstack.http-port', 'dev.orbstack.https-port'],
    ...['traefik.enable', 'traefik.http.routers.a.rule', 'traefik.http.routers.a.service'],
    ...[
      'traefik.http.services.a.loadbalancer.server.port',
      'traefik.frontend.rule',
      'traefik.port',
    ],
    ...['traefik.x.frontend.rule', 'traefik.x.port', 'traefik.protocol'],
  ),
  fc.string({ unit, maxLength: 20 }).map((rest) => `berth.${rest}`),
  fc.string({ unit, maxLength: 20 }).map((rest) => `traefik.http.routers.${rest}.rule`),
);
const variable = fc.constantFrom(
  ...['VIRTUAL_HOST', 'VIRTUAL_PORT', 'VIRTUAL_PATH', 'VIRTUAL_PROTO', 'VIRTUAL_HOST_MULTIPORTS'],
);

test('whatever labels and variables say, nothing throws, and what comes of it is bounded', () => {
  const container = fc.record({
    labels: fc.dictionary(key, text, { maxKeys: 12 }),
    environment: fc.dictionary(variable, text, { maxKeys: 4 }),
    ports: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }),
    service: fc.oneof(fc.constant(null), text),
  });
  fc.assert(
    fc.property(container, (said) => {
      expectBounded(wantedHosts(fakeContainer(said), settings));
    }),
    { numRuns: 400 },
  );
});

test('a rule that is made of hosts yields them, however they are nested', () => {
  const host = fc.integer({ min: 0, max: 99 }).map((n) => `h${n}.test`);
  const tree = fc.letrec<{ rule: { rule: string; hosts: string[] } }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 6 },
      fc.uniqueArray(host, { minLength: 1, maxLength: 3 }).map((hosts) => ({
        rule: `Host(${hosts.map((name) => `\`${name}\``).join(', ')})`,
        hosts,
      })),
      fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => ({
        rule: `(${a.rule}) || ${b.rule}`,
        hosts: [...a.hosts, ...b.hosts],
      })),
    ),
  })).rule;
  fc.assert(
    fc.property(tree, ({ rule, hosts }) => {
      const parsed = parseRule(rule);
      if (!parsed.ok) throw new Error(parsed.problem);
      expect([...parsed.rule.hosts.keys()].sort()).toEqual([...new Set(hosts)].sort());
      expect(parsed.rule.others).toBe('none');
    }),
  );
});

test.each([
  ['a million characters', { 'berth.host': 'a'.repeat(1_000_000) }],
  ['a name of a million characters', { [`berth.${'x'.repeat(1_000_000)}`]: 'a.test' }],
  [
    'a router with a name of a million characters',
    { [`traefik.http.routers.${'x'.repeat(1_000_000)}.rule`]: 'Host(`a`)' },
  ],
  [
    'ten thousand names',
    { 'berth.host': Array.from({ length: 1000 }, (_, i) => `h${i}.t`).join(',') },
  ],
  [
    'ten thousand labels',
    Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`berth.host.${i}`, `h${i}.test`])),
  ],
  [
    'ten thousand routers',
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [
        `traefik.http.routers.r${i}.rule`,
        `Host(\`h${i}.test\`)`,
      ]),
    ),
  ],
  [
    'ten thousand services',
    {
      'traefik.http.routers.r.rule': 'Host(`a.test`)',
      ...Object.fromEntries(
        Array.from({ length: 10_000 }, (_, i) => [
          `traefik.http.services.s${i}.loadbalancer.server.port`,
          '1',
        ]),
      ),
    },
  ],
  ['parentheses without end', { 'traefik.http.routers.r.rule': '('.repeat(8000) }],
  ['negations without end', { 'traefik.http.routers.r.rule': '!'.repeat(8000) }],
  [
    'a rule that is one long alternative',
    {
      'traefik.http.routers.r.rule': Array.from({ length: 700 }, (_, i) => `Host(\`${i}\`)`).join(
        '||',
      ),
    },
  ],
])('%s: costs little, and only this container', (_what, labels) => {
  const begin = process.cpuUsage();
  expectBounded(wantedHosts(fakeContainer({ ports: [80], labels }), settings));
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(1000);
});

test.each([
  ['aliases', `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]`],
  ['levels', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`],
  ['flow levels', '['.repeat(8000)],
  ['indented levels', Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['many hosts', Array.from({ length: 1000 }, (_, i) => `h${i}: `).join('\n')],
  ['own types', 'a.test: !!js/function "x"'],
])('a document of %s costs little, and only this container', (_what, document) => {
  const begin = process.cpuUsage();
  const environment = { VIRTUAL_HOST_MULTIPORTS: document };
  expectBounded(wantedHosts(fakeContainer({ environment }), settings));
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(1000);
});

test('what is told of a label has nothing hidden in it, and of many problems the rest is counted', () => {
  const hidden = 'a\u202etset.\u0007evil';
  const { problems } = wantedHosts(fakeContainer({ labels: { 'berth.host': hidden } }), settings);
  expect(problems[0]).toContain('"a\\u202etset.\\u0007evil"');

  const names = Array.from({ length: 20 }, (_, i) => `bad ${i}`).join(',');
  const many = wantedHosts(
    fakeContainer({ ports: [80], labels: { 'berth.host': names } }),
    settings,
  );
  expect(many.problems).toHaveLength(limits.maxContainerProblems);
  expect(many.problems.at(-1)).toMatch(/^13 more/);
});

test('of too many hosts the first are taken, and how many there were is told', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `h${i}.t`).join(',');
  const container = fakeContainer({ ports: [80], labels: { 'berth.host': names } });
  const { wants, problems } = wantedHosts(container, settings);
  expect(wants).toHaveLength(limits.maxWantedHosts);
  expect(problems).toEqual([
    `it asks for 1000 hosts: the first ${limits.maxWantedHosts} are taken`,
  ]);
});
