import { expect, test } from 'vitest';
import { runCli } from '../../test/support/cliHarness.ts';
import { hostView } from '../../test/support/hostView.ts';
import { instanceStatus } from '../../test/support/instanceStatus.ts';
import { BerthError } from '../shared/errors.ts';

const notFound = (name: string): never => {
  throw new BerthError('BERTH_HOST_NOT_FOUND', name);
};
/** An instance whose only host is `app.dev.local`. */
const answers = {
  'instance.status': () => instanceStatus({ suffixes: ['localhost', 'dev.local'] }),
  'hosts.get': (input: unknown) => {
    const { name } = input as { readonly name: string };
    return name === 'app.dev.local' ? hostView({ name }) : notFound(name);
  },
  'hosts.list': () => [hostView({ name: 'app.dev.local' })],
  'hosts.remove': (input: unknown) => notFound((input as { readonly name: string }).name),
  'hosts.set': (input: unknown) => notFound((input as { readonly name: string }).name),
  'health.list': () => [],
  'health.check': (input: unknown) => notFound((input as { readonly name: string }).name),
  'health.drain': (input: unknown) => notFound((input as { readonly name: string }).name),
};

test.each([
  ['rm', 'app'],
  ['set', 'app', '--pause'],
  ['open', 'app'],
  ['health', 'app'],
  ['health', 'check', 'app'],
])(
  'berth %s %s: a single word that is no frontend is answered with the one that is',
  async (...argv) => {
    const ran = await runCli(argv, { answers });
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain('There is no such frontend: app; did you mean app.dev.local?');
  },
);

test.each([
  ['rm', 'app.localhost'],
  ['set', 'app.localhost', '--pause'],
  ['health', 'app.localhost'],
])('berth %s %s: the frontend of another suffix is named, and not touched', async (...argv) => {
  const ran = await runCli(argv, { answers });
  expect(ran.exitCode).not.toBe(0);
  expect(ran.stderr).toContain('app.localhost; did you mean app.dev.local?');
});

test('where suffixes share no frontends, the one of another suffix is another host', async () => {
  const status = () => instanceStatus({ sharedSuffixes: [] });
  const ran = await runCli(['rm', 'app.localhost'], {
    answers: { ...answers, 'instance.status': status },
  });
  expect(ran.stderr).toContain('There is no such frontend: app.localhost\n');
});

test.each([['nothing'], ['app.test']])('%s is only not there', async (name) => {
  const ran = await runCli(['rm', name], { answers });
  expect(ran.stderr).toContain(`There is no such frontend: ${name}\n`);
});

test('a frontend of that word is taken as it is written', async () => {
  const ran = await runCli(['rm', 'app'], {
    answers: { ...answers, 'hosts.remove': () => null, 'hosts.edits': () => [] },
  });
  expect(ran.exitCode).toBe(0);
});
