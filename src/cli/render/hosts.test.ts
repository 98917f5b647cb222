import { expect, test } from 'vitest';
import { hostView } from '../../../test/support/hostView.ts';
import { defaultOptions, healthCheckSchema } from '../../shared/model/options.ts';
import { findingLines, hostLines } from './hosts.ts';
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
  expect(findingLines(hostView({ findings: [finding] }), style)).toEqual([
    'app.localhost',
    '  warning  http://127.0.0.1:3000 is listed twice [duplicate-backend]',
    '    Remove one of them.',
  ]);
});
