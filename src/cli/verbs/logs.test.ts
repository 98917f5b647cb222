import { describe, expect, test } from 'vitest';
import { runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import { aRecord } from '../../../test/support/record.ts';
import { BerthError } from '../../shared/errors.ts';

const record = (id: number, changes: Parameters<typeof aRecord>[0] = {}) => ({
  ...aRecord({ host: 'app.localhost', ...changes }),
  id,
});
const page = (...records: ReturnType<typeof record>[]) => ({
  records,
  matched: records.length,
  held: records.length,
});

describe('berth logs', () => {
  test('prints the last requests that pass the filter', async () => {
    const ran = await runCli(['logs', '--filter', 'status>=500 -path:/health', '-n', '5'], {
      answers: { 'traffic.recent': () => page(record(1), record(2, { status: 404 })) },
    });
    expect(ran.calls).toEqual([
      ['traffic.recent', { filter: 'status>=500 -path:/health', limit: 5 }],
    ]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /^[\d:]{8} 200 GET {2}app\.localhost \/p\?q=1 .*\n[\d:]{8} 404 .*\n$/,
    );
  });

  test('--json prints a record a line, with its schema', async () => {
    const answers = { 'traffic.recent': () => page(record(1), record(2)) };
    const { stdout } = await runCli(['logs', '--json'], { answers });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { schema: 1, ...record(1) },
      { schema: 1, ...record(2) },
    ]);
  });

  test('requests stand in the order in which they ended, with the time of that', async () => {
    const at = new Date(2026, 2, 1, 10, 42, 7).getTime();
    const long = record(1, { startedAt: at, totalMs: 5000, target: '/began-first' });
    const short = record(2, { startedAt: at + 2000, totalMs: 1000, target: '/ended-first' });
    const answers = { 'traffic.recent': () => page(long, short) };
    const { stdout } = await runCli(['logs'], { answers });
    expect(stdout).toMatch(/^10:42:10 .*\/ended-first.*\n10:42:12 .*\/began-first/);
  });

  test('--trace tells how each came to its answer, and goes with no other format', async () => {
    const answers = { 'traffic.recent': () => page(record(1)) };
    const { stdout } = await runCli(['logs', '--trace'], { answers });
    expect(stdout).toContain('│ lookup  app.localhost → app.dev.local');
    const ran = await runCli(['logs', '--trace', '--format', 'hipache'], { answers });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('while the capture is off, that is said', async () => {
    const held = { ...page(record(1)), capture: false };
    const ran = await runCli(['logs'], { answers: { 'traffic.recent': () => held } });
    expect(ran.stdout).toContain(' 200 GET');
    expect(ran.stderr).toContain('berth capture on has them kept again');
    const none = { ...page(), capture: false };
    const empty = await runCli(['logs'], { answers: { 'traffic.recent': () => none } });
    expect(empty.stderr).not.toContain('No request has passed');
  });

  test('--json rounds milliseconds to the microsecond', async () => {
    const long = record(1, { totalMs: 0.6538759999966715 });
    const answers = { 'traffic.recent': () => page(long) };
    const { stdout } = await runCli(['logs', '--json'], { answers });
    expect(JSON.parse(stdout)).toMatchObject({ totalMs: 0.654 });
  });

  test.each([
    [
      'hipache',
      /^::ffff:127\.0\.0\.1 - - \[22\/Nov\/2026:10:59:10 \+0000\] "GET \/p\?q=1 HTTP\/1\.1" 200 1234 "referer" "user agent" "vhost identifier" 0\.012 0\.010\n$/,
    ],
    ['combined', /^127\.0\.0\.1 - - .* 200 1234 "referer" "user agent"\n$/],
    ['json', /^\{"time":"2026-11-22T10:59:10\.000Z",.*\}\n$/],
  ])('--format %s prints the lines of such an access log', async (format, expected) => {
    const answers = { 'traffic.recent': () => page(record(1)) };
    const { stdout } = await runCli(['logs', '--format', format], { answers });
    expect(stdout).toMatch(expected);
  });

  test.each([
    [{ records: [], matched: 0, held: 0 }, 'No request has passed yet.\n'],
    [{ records: [], matched: 0, held: 7 }, 'None of the last 7 requests passes the filter.\n'],
  ])('nothing to print is said on standard error', async (found, said) => {
    const ran = await runCli(['logs'], { answers: { 'traffic.recent': () => found } });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '', stderr: said });
  });

  test('a filter that is not valid is pointed at, before anything is asked', async () => {
    const ran = await runCli(['logs', '-f', '--filter', 'host:api.* stat>500'], { answers: {} });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '', calls: [], open: 0 });
    expect(ran.stderr).toContain('\n  host:api.* stat>500\n             ^^^^ ');
    expect(ran.stderr).toContain('[BERTH_INPUT_INVALID]');
  });

  test('no instance is exit code 6', async () => {
    const ran = await runCli(['logs'], { answers: null });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('berth --headless');
  });
});

describe('berth logs -f', () => {
  test('prints what comes until Ctrl-C, which is exit code 130', async () => {
    const running = startCli(['logs', '-f'], {
      answers: {
        'traffic.follow': (_input, { signal }) =>
          streamOf(
            [
              { records: [record(1)], dropped: 0 },
              { records: [record(2)], dropped: 0 },
            ],
            signal,
          ),
      },
    });
    await eventuallyHolds(() => expect(running.stdout.split('\n')).toHaveLength(3));
    expect(running.calls).toEqual([['traffic.follow', { filter: '', backlog: 10 }]]);
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
    expect(running.stderr).toBe('');
    expect(running.open).toBe(0);
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('SIGTERM is exit code 143, and a second signal waits for nothing', async () => {
    const answers = { 'traffic.follow': () => new Promise(() => undefined) };
    const running = startCli(['logs', '-f'], { answers });
    await eventuallyHolds(() => expect(running.calls).toHaveLength(1));
    running.signals.emit('SIGTERM');
    running.signals.emit('SIGTERM');
    expect(await running.exitCode).toBe(143);
  });

  test('ends quietly when its reader leaves', async () => {
    const running = startCli(['logs', '-f', '--json'], {
      answers: {
        'traffic.follow': (_input, { signal }) =>
          streamOf([{ records: [record(1)], dropped: 0 }], signal),
      },
    });
    await eventuallyHolds(() => expect(running.stdout).not.toBe(''));
    running.leave();
    expect(await running.exitCode).toBe(0);
    expect(running.stderr).toBe('');
  });

  test('says why when its output cannot be written', async () => {
    const running = startCli(['logs', '-f'], {
      answers: { 'traffic.follow': (_input, { signal }) => streamOf([], signal) },
    });
    await eventuallyHolds(() => expect(running.calls).toHaveLength(1));
    running.leave(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    expect(await running.exitCode).toBe(1);
    expect(running.stderr).toContain('no space left on device');
  });

  test('says in one line what was left out, on standard error', async () => {
    const running = startCli(['logs', '-f', '--json'], {
      answers: {
        'traffic.follow': (_input, { signal }) =>
          streamOf(
            [1, 2, 3].map((id) => ({ records: [record(id)], dropped: 40 })),
            signal,
          ),
      },
    });
    await eventuallyHolds(() => expect(running.stdout.trimEnd().split('\n')).toHaveLength(3));
    running.signals.emit('SIGINT');
    await running.exitCode;
    expect(running.stderr).toBe(
      'berth: warning: 40 requests left out: they came faster than they were read\n',
    );
  });

  test('goes on when the instance ends the stream, without the old requests again', async () => {
    let times = 0;
    const running = startCli(['logs', '-f', '-n', '3'], {
      answers: {
        'traffic.follow': (_input, { signal }) => {
          times++;
          return streamOf(
            [{ records: [record(times)], dropped: 0 }],
            times > 1 ? signal : undefined,
          );
        },
      },
    });
    await eventuallyHolds(() => expect(running.calls).toHaveLength(2));
    expect(running.calls.map(([, input]) => input)).toEqual([
      { filter: '', backlog: 3 },
      { filter: '', backlog: 0 },
    ]);
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
  });

  test('ends with exit code 6 when the instance has gone', async () => {
    const running = startCli(['logs', '-f'], {
      answers: {
        'traffic.follow': async function* () {
          yield { records: [record(1)], dropped: 0 };
          throw new BerthError('BERTH_CONTROL_ENDED', 'it ended before the answer was through');
        },
      },
    });
    expect(await running.exitCode).toBe(6);
    expect(running.stdout).not.toBe('');
    expect(running.stderr).toContain('The connection to the instance ended');
  });
});

describe('berth capture', () => {
  test.each([
    ['on', true, 'Requests are kept from now on\n'],
    ['off', false, 'Requests are not kept any more; berth capture on has them kept again\n'],
  ])('%s', async (word, on, stderr) => {
    const answers = { 'traffic.capture': () => ({ on }) };
    const ran = await runCli(['capture', word], { answers });
    expect(ran).toMatchObject({ exitCode: 0, calls: [['traffic.capture', { on }]], stderr });
    const json = await runCli(['capture', word, '--json'], { answers });
    expect(JSON.parse(json.stdout)).toMatchObject({ on });
  });

  test('takes on or off', async () => {
    const ran = await runCli(['capture', 'maybe']);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('Allowed choices are on, off.');
  });
});
