import { expect, test } from 'vitest';
import { runTool } from './index.ts';

test('a program is heard to its end, with what it was given', async () => {
  const ran = await runTool(['sh', '-c', 'cat; echo said >&2; exit 3'], { input: 'given' });
  expect(ran).toEqual({ status: 3, stdout: 'given', stderr: 'said\n' });
  const missing = await runTool(['/nonexistent']);
  expect(missing).toMatchObject({ status: null, stdout: '' });
});

test('what a program leaves running is not waited for, although it holds its output', async () => {
  const began = performance.now();
  const ran = await runTool(['sh', '-c', 'sleep 20 & echo $!']);
  process.kill(Number(ran.stdout));
  expect(ran.status).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a program that will not end in its time is ended', async () => {
  const began = performance.now();
  const ran = await runTool(['sh', '-c', 'trap "" TERM; echo $$; while :; do sleep 1; done'], {
    timeoutMs: 100,
  });
  expect(ran.status).toBeNull();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(() => process.kill(Number(ran.stdout), 0)).toThrow('ESRCH');
});

test('a program that was stopped is ended, too', async () => {
  const ran = await runTool(['sh', '-c', 'kill -STOP $$'], { timeoutMs: 100 });
  expect(ran.status).toBeNull();
});
