import { describe, expect, test } from 'vitest';
import { runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import { hostTraffic, trafficSummary } from '../../../test/support/trafficSummary.ts';

const summary = trafficSummary({ hosts: [hostTraffic()] });
const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';

describe('berth top prints once', () => {
  test.each([
    ['into a pipe', ['top'], {}],
    ['with --once', ['top', '--once'], { columns: 100 }],
    ['on a terminal that cannot be drawn on', ['top'], { columns: 100, env: { TERM: 'dumb' } }],
  ])('%s', async (_name, argv, options) => {
    const answers = { 'traffic.hosts': () => summary };
    const ran = await runCli(argv, { answers, ...options });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('app.localhost');
    expect(ran.stdout).not.toContain(enter);
  });

  test('as one document with --json', async () => {
    const { stdout } = await runCli(['top', '--json'], {
      answers: { 'traffic.hosts': () => summary },
      columns: 100,
    });
    expect(JSON.parse(stdout)).toEqual({ schema: 1, ...summary });
  });
});

describe('berth top on a terminal', () => {
  const start = () =>
    startCli(['top'], {
      columns: 100,
      rows: 10,
      answers: {
        'traffic.watchHosts': (_input, { signal }) => streamOf([summary, summary], signal),
      },
    });

  test('draws in place on the alternate screen, and gives it back', async () => {
    const running = start();
    await eventuallyHolds(() => expect(running.stdout.split('\u001b[H')).toHaveLength(3));
    expect(running.stdout.startsWith(enter)).toBe(true);
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
    expect(running.stdout.endsWith(leave)).toBe(true);
    expect(running.stdout.split(leave)).toHaveLength(2);
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('gives the screen back however the process ends', async () => {
    const running = start();
    await eventuallyHolds(() => expect(running.stdout).toContain('app.localhost'));
    running.signals.emit('exit');
    expect(running.stdout.endsWith(leave)).toBe(true);
    running.signals.emit('SIGINT');
    await running.exitCode;
    expect(running.stdout.split(leave)).toHaveLength(2);
  });

  test('gives the screen back when the instance goes, and says so', async () => {
    const running = startCli(['top'], {
      columns: 100,
      answers: {
        'traffic.watchHosts': async function* () {
          yield summary;
          throw new Error('the connection ended');
        },
      },
    });
    expect(await running.exitCode).toBe(1);
    expect(running.stdout.endsWith(leave)).toBe(true);
    expect(running.stderr).toContain('the connection ended');
  });

  test('never draws more lines than there are', async () => {
    const running = startCli(['top'], {
      columns: 100,
      rows: 8,
      answers: {
        'traffic.watchHosts': (_input, { signal }) => {
          const hosts = Array.from({ length: 50 }, (_, at) => hostTraffic({ host: `h${at}` }));
          return streamOf([{ ...summary, hosts }], signal);
        },
      },
    });
    await eventuallyHolds(() => expect(running.stdout).toContain('Ctrl-C'));
    running.signals.emit('SIGINT');
    await running.exitCode;
    expect(running.stdout.split('\r\n').length).toBeLessThanOrEqual(8);
    expect(running.stdout).toContain('hosts more');
  });
});
