import { expect, test } from 'vitest';
import { hostView } from '../../../test/support/hostView.ts';
import type { HostView, LintFinding } from '../../shared/contract/hosts.ts';
import { defaultOptions, healthCheckSchema } from '../../shared/model/options.ts';
import { findingLines, hostLines } from './hosts.ts';
import { repairOf } from './repair.ts';
import { createStyle } from './style.ts';

const style = createStyle(false);
const finding = {
  rule: 'duplicate-backend',
  severity: 'warning',
  message: 'http://127.0.0.1:3000 is listed twice',
  advice: 'Remove one of them.',
} as const;

test('plain hosts need two columns', () => {
  const hosts = [
    hostView(),
    hostView({ name: '*', backends: ['http://127.0.0.1:4000', 'http://127.0.0.1:4001'] }),
    hostView({ name: 'empty.localhost', backends: [] }),
  ];
  expect(hostLines(hosts, { style, width: null })).toEqual([
    'HOST             BACKEND',
    'app.localhost    http://127.0.0.1:3000',
    '*                http://127.0.0.1:4000',
    '                 http://127.0.0.1:4001',
    'empty.localhost  none',
  ]);
});

test('options, weights, draining and findings are shown where there are any', () => {
  const hosts = [
    hostView({
      backends: ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
      options: {
        ...defaultOptions,
        policy: 'round-robin',
        weights: { 'http://127.0.0.1:3000': 3 },
        drained: ['http://127.0.0.1:3001'],
        check: healthCheckSchema.parse({ path: '/health' }),
        redirectToHttps: true,
        hostHeader: 'backend',
      },
      findings: [finding, finding, { ...finding, severity: 'error' }],
    }),
  ];
  expect(hostLines(hosts, { style, width: null })).toEqual([
    'HOST           BACKEND                           OPTIONS                                                                      LINT',
    "app.localhost  http://127.0.0.1:3000 (weight 3)  round-robin, check HEAD /health every 3s, redirect to https, backend's Host  1 error, 2 warnings",
    '               http://127.0.0.1:3001 (drained)',
  ]);
});

test('a finding says what is the case and what to do', () => {
  expect(findingLines(hostView({ findings: [finding] }), { style, width: null })).toEqual([
    'app.localhost',
    '  warning  http://127.0.0.1:3000 is listed twice [duplicate-backend]',
    '    Remove one of them.',
    '    berth set app.localhost --backend http://127.0.0.1:3000',
  ]);
});

test('where there is no room, what belongs to a host stands under it, whole', () => {
  const host = hostView({
    options: {
      ...defaultOptions,
      policy: 'round-robin',
      check: healthCheckSchema.parse({ path: '/health' }),
    },
    findings: [finding],
  });
  expect(hostLines([host, hostView({ name: 'b.localhost' })], { style, width: 50 })).toEqual([
    'HOST           BACKEND',
    'app.localhost  http://127.0.0.1:3000',
    '    round-robin, check HEAD /health every 3s',
    '    1 warning',
    'b.localhost    http://127.0.0.1:3000',
  ]);
});

test('findings are wrapped, and the command that ends one stays in one piece', () => {
  const lines = findingLines(hostView({ findings: [finding] }), { style, width: 40 });
  expect(lines).toEqual([
    'app.localhost',
    '  warning  http://127.0.0.1:3000 is',
    '    listed twice [duplicate-backend]',
    '    Remove one of them.',
    '    berth set app.localhost --backend http://127.0.0.1:3000',
  ]);
});

test('the command that ends a finding is shown as it is pasted, whatever is in the name', () => {
  const host = hostView({ name: 'x\u202ey', findings: [{ ...finding, rule: 'shadowed' }] });
  expect(findingLines(host, { style, width: null }).at(-1)).toBe(
    String.raw`    berth rm --exact $'x\xe2\x80\xaey'`,
  );
});

test.each<[LintFinding['rule'], Partial<HostView>, string | null]>([
  ['missing-identifier', {}, 'berth set app.localhost --id app.localhost'],
  ['no-backend', { name: '*.a.localhost' }, "berth add '*.a.localhost' 3000"],
  [
    'unusable-backend',
    { backends: ['x', 'http://a'] },
    'berth set app.localhost --backend http://a',
  ],
  ['unusable-backend', { backends: ['x'] }, null],
  [
    'option-without-backend',
    { options: { ...defaultOptions, weights: { 'http://a': 2 } } },
    'berth set app.localhost --weight http://a=1',
  ],
  ['redirect-without-https', {}, 'berth set app.localhost --redirect-https off'],
  ['all-drained', {}, 'berth health revive app.localhost'],
  ['unreadable', {}, 'berth rm app.localhost'],
  ['shadowed', { name: '*.a.b.c.d.e.f' }, "berth rm '*.a.b.c.d.e.f'"],
  ['shadowed', { name: 'App.Local' }, 'berth rm --exact App.Local'],
  ['shadowed', { name: 'app local' }, "berth rm --exact 'app local'"],
  ['unreadable', { name: '-x' }, 'berth rm --exact -- -x'],
  ['shadowed', { name: "it's" }, "berth rm --exact 'it'\\''s'"],
  // As bytes of UTF-8: every bash and zsh takes them, in whatever locale.
  ['shadowed', { name: 'x\u202ey' }, String.raw`berth rm --exact $'x\xe2\x80\xaey'`],
  ['shadowed', { name: '\u001b[2J' }, String.raw`berth rm --exact $'\x1b[2J'`],
  ['shadowed', { name: "a\n'b\\\u009b" }, String.raw`berth rm --exact $'a\x0a\'b\\\xc2\x9b'`],
  ['shadowed', { name: '-\t' }, String.raw`berth rm --exact -- $'-\x09'`],
  // No argument of a command can have it.
  ['shadowed', { name: 'a\u0000b' }, null],
  ['loop', {}, null],
])('what ends %s', (rule, fields, command) => {
  expect(repairOf(hostView(fields), { ...finding, rule })).toBe(command);
});
