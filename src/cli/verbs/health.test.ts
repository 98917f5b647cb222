import { describe, expect, test } from 'vitest';
import { runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import { backendHealth, hostHealth } from '../../../test/support/hostHealth.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';

const up = hostHealth({ backends: [backendHealth({ state: 'up', reason: 'answered 200' })] });
const down = hostHealth({
  name: 'api.localhost',
  backends: [backendHealth({ state: 'down', reason: 'refused', markedForMs: 18_000 })],
});

describe('berth health', () => {
  test('shows hosts, and exits with 7 when a backend is down', async () => {
    const ran = await runCli(['health'], { answers: { 'health.list': () => [up, down] } });
    expect(ran.exitCode).toBe(7);
    expect(ran.stdout).toContain('● up');
    expect(ran.stdout).toMatch(/✗ down {5}http:\/\/127\.0\.0\.1:3000 {2}refused, .*retry in 18 s/);
    expect(ran.stderr).toBe('');
  });

  test.each([
    ['app.localhost', 0],
    ['api.localhost', 7],
  ])('of %s alone exits with %i', async (name, exitCode) => {
    const answers = { 'health.list': () => [up, down] };
    const ran = await runCli(['health', name, '--json'], { answers });
    expect(ran.exitCode).toBe(exitCode);
    expect(JSON.parse(ran.stdout)).toMatchObject({ schema: 1, hosts: [{ name }] });
    expect(JSON.parse(ran.stdout).hosts).toHaveLength(1);
  });

  test('a host that is not there is exit code 1', async () => {
    const ran = await runCli(['health', 'x.localhost'], { answers: { 'health.list': () => [up] } });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('x.localhost');
  });

  test('--watch into a pipe prints what changed, as NDJSON with --json', async () => {
    const running = startCli(['health', '--watch', '--json'], {
      answers: { 'health.watch': (_input, { signal }) => streamOf([[up, down], [up]], signal) },
    });
    await eventuallyHolds(() => expect(running.stdout.trimEnd().split('\n')).toHaveLength(3));
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
    const names = running.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ schema, name }) => [schema, name]);
    expect(names).toEqual([
      [1, 'app.localhost'],
      [1, 'api.localhost'],
      [1, 'app.localhost'],
    ]);
  });

  test('--watch on a terminal draws all of it anew with each change', async () => {
    const later = hostHealth({ ...down, backends: [backendHealth({ state: 'up' })] });
    const running = startCli(['health', '-w'], {
      columns: 100,
      answers: { 'health.watch': (_input, { signal }) => streamOf([[up, down], [later]], signal) },
    });
    await eventuallyHolds(() => expect(running.stdout.split('\u001b[H')).toHaveLength(3));
    const last = running.stdout.split('\u001b[H').at(-1) ?? '';
    expect(last).toContain('app.localhost');
    expect(last).toContain('api.localhost');
    expect(last).not.toContain('down');
    running.signals.emit('SIGINT');
    await running.exitCode;
    expect(running.stdout.endsWith('\u001b[?1049l')).toBe(true);
  });
});

test('a host that is gone leaves the screen', async () => {
  const gone = hostHealth({ ...down, backends: [] });
  const running = startCli(['health', '-w'], {
    columns: 100,
    answers: { 'health.watch': (_input, { signal }) => streamOf([[up, down], [gone]], signal) },
  });
  await eventuallyHolds(() => expect(running.stdout.split('\u001b[H')).toHaveLength(3));
  const last = running.stdout.split('\u001b[H').at(-1) ?? '';
  expect(last).toContain('app.localhost');
  expect(last).not.toContain('api.localhost');
  running.signals.emit('SIGINT');
  await running.exitCode;
});

describe('berth health check, drain and revive', () => {
  test('check asks now, and exits with 7 for what is down', async () => {
    const two = hostHealth({
      backends: [
        backendHealth({ state: 'up' }),
        backendHealth({ index: 1, url: 'http://127.0.0.1:3001', state: 'down' }),
      ],
    });
    const answers = { 'health.check': () => two };
    const all = await runCli(['health', 'check', 'app.localhost'], { answers });
    expect(all.calls).toEqual([['health.check', { name: 'app.localhost' }]]);
    expect(all.exitCode).toBe(7);
    const one = await runCli(['health', 'check', 'app.localhost', '3000'], { answers });
    expect(one.calls).toEqual([
      ['health.check', { name: 'app.localhost', backend: 'http://127.0.0.1:3000' }],
    ]);
    expect(one.exitCode).toBe(0);
    expect(one.stdout).not.toContain('3001');
  });

  test('drain takes a backend out, revive puts it back', async () => {
    const answers = { 'health.drain': () => up, 'health.revive': () => up };
    const drained = await runCli(['health', 'drain', 'app.localhost', '3000'], { answers });
    expect(drained).toMatchObject({
      exitCode: 0,
      calls: [['health.drain', { name: 'app.localhost', backend: 'http://127.0.0.1:3000' }]],
    });
    expect(drained.stderr).toContain('berth health revive');
    const revived = await runCli(['health', 'revive', 'app.localhost', '--json'], { answers });
    expect(revived.calls).toEqual([['health.revive', { name: 'app.localhost' }]]);
    expect(JSON.parse(revived.stdout)).toMatchObject({
      schema: 1,
      host: { name: 'app.localhost' },
    });
  });

  test('drain needs a backend', async () => {
    expect(await runCli(['health', 'drain', 'app.localhost'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("missing required argument 'url'"),
    });
  });
});

describe('several words, and one that is wrong', () => {
  const answers = { 'health.list': () => [up, down] };

  test('several hosts are shown', async () => {
    const ran = await runCli(['health', 'app.localhost', 'api.localhost', '--json'], { answers });
    expect(JSON.parse(ran.stdout).hosts).toHaveLength(2);
  });

  test('several backends are drained in turn, and none left alive is a warning', async () => {
    const drained = (index: number) =>
      backendHealth({ index, url: `http://127.0.0.1:400${index}`, state: 'drained' });
    const host = hostHealth({ backends: [drained(0), drained(1)] });
    const ran = await runCli(['health', 'drain', 'app.localhost', '4000', '4001'], {
      answers: { 'health.drain': () => host },
    });
    expect(ran.calls).toEqual([
      ['health.drain', { name: 'app.localhost', backend: 'http://127.0.0.1:4000' }],
      ['health.drain', { name: 'app.localhost', backend: 'http://127.0.0.1:4001' }],
    ]);
    expect(ran.stderr).toContain('warning: app.localhost has no live backend left');
  });

  test('a verb that is misspelt is suggested', async () => {
    const ran = await runCli(['health', 'chekc', 'app.localhost'], { answers });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('did you mean berth health check app.localhost?');
  });
});

test.each([['hosts'], ['health'], ['lint']])(
  'while the store is away, %s says that it shows what was last known',
  async (verb) => {
    const { store } = instanceStatus();
    const ran = await runCli([verb], {
      answers: {
        'instance.status': () => instanceStatus({ store: { ...store, state: 'stale' } }),
        'health.list': () => [up],
        'hosts.list': () => [],
      },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr.split('\n')[0]).toBe(
      'berth: warning: the store embedded://127.0.0.1:6390 is away: this is what was last known',
    );
  },
);
