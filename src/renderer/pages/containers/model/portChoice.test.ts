import { expect, test } from 'vitest';
import { containerView, portVerdict } from '../../../../../test/support/shownContainers.ts';
import { answerWords, defaultPort, portChoices } from './portChoice.ts';

const container = containerView({
  ports: [
    { port: 9229, published: [] },
    {
      port: 3000,
      published: [
        { address: '0.0.0.0', port: 32_768 },
        { address: '::', port: 32_768 },
      ],
    },
    { port: 5000, published: [{ address: '127.0.0.1', port: 5000 }] },
  ],
  port: 9229,
});

test('published ports stand first, exposed ones next, and then what was found otherwise', () => {
  const verdicts = [portVerdict({ port: 8080 }), portVerdict({ port: null, kind: 'no-port' })];
  expect(portChoices(container, verdicts)).toEqual([
    { port: 3000, where: 'published at :32768' },
    { port: 5000, where: 'published at 127.0.0.1:5000' },
    { port: 9229, where: 'exposed' },
    { port: 8080, where: 'not exposed' },
  ]);
});

test('the port is the one that Berth takes, unless that one fails and another works', () => {
  const choices = portChoices(container, []);
  expect(defaultPort(container, choices, [])).toBe(9229);
  const verdicts = [
    portVerdict({ port: 3000 }),
    portVerdict({ port: 9229, works: false, kind: 'not-http' }),
  ];
  expect(defaultPort(container, choices, verdicts)).toBe(3000);
  expect(defaultPort({ port: null }, choices, [])).toBe(3000);
  expect(defaultPort({ port: null }, [], [])).toBeNull();
});

test('an answer is told in a few words', () => {
  expect(answerWords(portVerdict({ status: 404, ms: 3 }))).toBe('404 · 3 ms');
  expect(answerWords(portVerdict({ works: false, kind: 'silent', status: null }))).toBe('silent');
});
