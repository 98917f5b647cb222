import { describe, expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { hostView } from '../../../test/support/hostView.ts';

const answers = {
  'hosts.list': () => [
    hostView({ backends: ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'] }),
    hostView({ name: 'api.localhost' }),
    hostView({ name: '*.wild.localhost' }),
  ],
};
const complete = async (...words: string[]) => {
  const ran = await runCli(['__complete', '--', ...words], { answers });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '', open: 0 });
  const found = ran.stdout.split('\n').slice(0, -1);
  return { ...ran, words: found.map((line) => line.split('\t')[0]), lines: found };
};

describe('what fits in the place of the last word', () => {
  test('verbs, each with its meaning', async () => {
    const { words, lines } = await complete('');
    expect(words).toEqual(expect.arrayContaining(['hosts', 'add', 'logs', 'health', 'completion']));
    expect(words).not.toContain('__complete');
    expect(lines).toContain('hosts\tlist hosts with their backends');
  });

  test.each<[string[], string[]]>([
    [['he'], ['health']],
    [['health', 'c'], ['check']],
    [
      ['health', 'check', ''],
      ['app.localhost', 'api.localhost', '*.wild.localhost'],
    ],
    [
      ['health', ''],
      ['check', 'drain', 'revive', 'app.localhost', 'api.localhost', '*.wild.localhost'],
    ],
    [
      ['config', ''],
      ['validate', 'path', 'get', 'set', 'unset'],
    ],
    [
      ['rm', 'ap'],
      ['app.localhost', 'api.localhost'],
    ],
    [['rm', "'*"], ['*.wild.localhost']],
    [
      ['rm', 'app.localhost', 'http'],
      ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
    ],
    [['rm', 'app.localhost', 'http://127.0.0.1:3000', ''], ['http://127.0.0.1:3001']],
    [['add', 'app.localhost', ''], []],
    [
      ['open', '--print', 'ap'],
      ['app.localhost', 'api.localhost'],
    ],
    [['wait', '--timeout', ''], []],
    [['wait', '--timeout', '5s', 'api'], ['api.localhost']],
    [
      ['set', 'app.localhost', '--policy', 'r'],
      ['random', 'round-robin'],
    ],
    [
      ['set', '--redirect-https', ''],
      ['on', 'off'],
    ],
    [['set', 'app.localhost', '--check-in'], ['--check-interval']],
    [['logs', '--format', 'p'], ['pretty']],
    [
      ['logs', '--filter', 'ret'],
      ['retried:true', 'retried:false'],
    ],
    [['logs', '--filter', '-status:2xx,40'], ['-status:2xx,404']],
    [
      ['logs', '--filter', 'host:ap'],
      ['host:app.localhost', 'host:api.localhost'],
    ],
    [['logs', '--filter', 'path:/v'], []],
    [
      ['logs', '--f'],
      ['--follow', '--filter', '--format'],
    ],
    [['--h'], ['--headless', '--help']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
    [['no-such-verb', ''], []],
  ])('%j', async (given, expected) => {
    expect((await complete(...given)).words).toEqual(expected);
  });

  test('an empty word in quotes is an empty word', async () => {
    expect((await complete('completion', '""')).words).toContain('fish');
  });
});

test('the instance is asked only where hosts fit', async () => {
  expect((await complete('logs', '--format', '')).calls).toEqual([]);
  expect((await complete('logs', '--filter', 'status:')).calls).toEqual([]);
});

describe('a completion never complains, and never waits long', () => {
  test.each([
    ['no instance', { answers: null }],
    ['one that fails', { answers: {} }],
    ['one that hangs', { answers: { 'hosts.list': hang } }],
  ])('%s', async (_name, options) => {
    const ran = await runCli(['__complete', '--', 'rm', ''], options);
    expect(ran).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  function hang(_input: unknown, { signal }: { readonly signal?: AbortSignal }) {
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }
});
