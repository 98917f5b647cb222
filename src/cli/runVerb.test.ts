import { expect, test } from 'vitest';
import { runCli } from '../../test/support/cliHarness.ts';

test('--verbose tells who answers, and what lies under an error', async () => {
  const answers = { 'hosts.list': () => [] };
  expect((await runCli(['hosts', '--verbose'], { answers })).stderr).toContain(
    'berth: debug: the instance is version 0.1.0, pid 4711\n',
  );
  const { stderr } = await runCli(['hosts', '--verbose'], { answers: null });
  expect(stderr).toContain('[BERTH_NOT_RUNNING]');
  expect(stderr).toContain('berth: debug: Error: connect ENOENT\n');
  expect((await runCli(['hosts'], { answers: null })).stderr).not.toContain('connect ENOENT');
});

test('a fault of ours is said with its stack, and is exit code 1', async () => {
  const answers = {
    'hosts.list': () => {
      throw new TypeError('oops');
    },
  };
  const ran = await runCli(['hosts'], { answers });
  expect(ran).toMatchObject({ exitCode: 1, stdout: '', open: 0, listened: [] });
  expect(ran.stderr).toMatch(/^berth: error: TypeError: oops\n\s+at /);
});

test('--quiet leaves data and errors alone', async () => {
  const answers = { 'hosts.list': () => [] };
  expect(await runCli(['hosts', '-q'], { answers })).toMatchObject({ stdout: '', stderr: '' });
  expect((await runCli(['hosts', '-q'], { answers: null })).stderr).not.toBe('');
});
