import { describe, expect, test } from 'vitest';
import { runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import {
  containersView,
  containerView,
  mappingView,
  portVerdict,
} from '../../../test/support/containerViews.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import type { ContainersView } from '../../shared/contract/containers.ts';

const listing = (view: ContainersView) => ({ answers: { 'containers.list': () => view } });

describe('berth containers', () => {
  test('lists what runs by project, with ports and hosts', async () => {
    const ran = await runCli(
      ['containers'],
      listing(
        containersView({
          containers: [
            containerView({
              ports: [{ port: 80, published: [{ address: '0.0.0.0', port: 8080 }] }],
            }),
            containerView({ id: 'b', name: 'old', project: null, state: 'exited', exitCode: 137 }),
          ],
        }),
      ),
    );
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout.trimEnd().split('\n')).toEqual([
      'PROJECT  CONTAINER   STATE      PORTS    HOSTS',
      'shop     shop-web-1  ● running  80→8080  app.localhost',
    ]);
  });

  test('--all has those that ended too, with their exit code', async () => {
    const ended = containerView({ id: 'b', name: 'old', state: 'exited', exitCode: 137 });
    const ran = await runCli(
      ['containers', '--all'],
      listing(containersView({ containers: [ended] })),
    );
    expect(ran.stdout).toContain('○ exited (137)');
  });

  test('tells what is wrong with an engine, with labels and with mappings', async () => {
    const [engine] = containersView().engines;
    if (engine === undefined) throw new Error('no engine');
    const ran = await runCli(
      ['containers'],
      listing(
        containersView({
          engines: [
            {
              ...engine,
              state: 'forbidden',
              reason: 'It may not be asked.',
              advice: 'Join docker.',
            },
          ],
          containers: [containerView({ problems: ['berth.port: 70000 is no port.'] })],
          mappings: [mappingView({ state: 'stopped', reason: 'web of shop does not run.' })],
        }),
      ),
    );
    expect(ran.stdout).toContain('Docker  ✗ not permitted');
    expect(ran.stdout).toContain('    Join docker.');
    expect(ran.stdout).toContain('! shop-web-1\n    berth.port: 70000 is no port.');
    expect(ran.stdout).toContain('app.localhost  stopped\n    web of shop does not run.');
  });

  test.each([
    [{ enabled: false }, 'berth config set containers.enabled true'],
    [
      {
        engines: [],
        none: { reason: 'No engine is installed.', advice: 'Get one.', isInstalled: false },
      },
      'Get one.',
    ],
    [{}, 'berth containers --all'],
    [{ left: 3 }, '3 containers more'],
  ])('without any says what to do: %j', async (changes, words) => {
    const view = containersView({ containers: [], mappings: [], ...changes });
    const ran = await runCli(['containers'], listing(view));
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toContain(words);
  });

  test('--json is one document, and --watch one for each change', async () => {
    const view = containersView();
    const ran = await runCli(['containers', '--json'], listing(view));
    expect(JSON.parse(ran.stdout)).toEqual({ schema: 1, ...view });

    const running = startCli(['containers', '--watch', '--json'], {
      answers: {
        'containers.watch': (_input, { signal }) =>
          streamOf([view, containersView({ containers: [] })], signal),
      },
    });
    await eventuallyHolds(() => expect(running.stdout.trimEnd().split('\n')).toHaveLength(2));
    running.signals.emit('SIGINT');
    expect(await running.exitCode).toBe(130);
  });

  test('of one asks its ports, and exits with 7 when none would work', async () => {
    const silent = portVerdict({ works: false, sentence: 'Nothing listens.', fix: 'Start it.' });
    const answers = { 'containers.look': () => [silent] };
    const ran = startCli(['containers', 'shop/web:3000'], { answers });
    expect(await ran.exitCode).toBe(7);
    expect(ran.stdout).toBe('✗ Nothing listens.\n    Start it.\n');
    expect(ran.calls).toEqual([['containers.look', { container: 'shop/web', port: 3000 }]]);
    expect(
      await runCli(['containers', 'web'], {
        answers: { 'containers.look': () => [silent, portVerdict()] },
      }),
    ).toMatchObject({ exitCode: 0 });
  });

  test.each([':80', 'web:0', 'web:70000', 'web:http', 'a'.repeat(256)])(
    '%s is no container',
    async (word) => {
      expect((await runCli(['containers', word], { answers: {} })).exitCode).toBe(2);
    },
  );
});
