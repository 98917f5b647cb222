import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../../../test/support/cliHarness.ts';
import { containersView, mappingView, portVerdict } from '../../../test/support/containerViews.ts';
import { hostView } from '../../../test/support/hostView.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { BerthError } from '../../shared/errors.ts';
import { defaultOptions } from '../../shared/model/options.ts';

const status = instanceStatus({ listeners: [{ address: '127.0.0.1', port: 8080, secure: false }] });
const made = {
  mapping: mappingView(),
  commands: ['RPUSH frontend:app.localhost app.localhost http://172.17.0.2:8080'],
  verdict: portVerdict(),
};
const answers = { 'containers.map': () => made, 'instance.status': () => status };
const asked = (ran: { readonly calls: readonly (readonly [string, unknown])[] }): unknown =>
  ran.calls.find(([name]) => name === 'containers.map')?.[1];

describe('berth map', () => {
  test('maps a host, says whether it works, and prints the address', async () => {
    const ran = startCli(['map', 'app.localhost', 'shop/web:8080'], { answers });
    expect(await ran.exitCode).toBe(0);
    expect(asked(ran)).toEqual({ name: 'app.localhost', container: 'shop/web', port: 8080 });
    expect(ran.stdout).toBe('http://app.localhost:8080/\n');
    expect(ran.stderr).toContain(
      'Mapped app.localhost to web of shop:8080 → http://172.17.0.2:8080',
    );
    expect(ran.stderr).toContain('● shop-web-1:8080 answers 200 HTML in 4 ms.');
  });

  test('leaves the port to the instance, and takes engine and scheme', async () => {
    const line = ['map', 'app.localhost', 'web', '--https', '--engine', 'unix:///a.sock'];
    const ran = startCli(line, { answers });
    await ran.exitCode;
    expect(asked(ran)).toEqual({
      name: 'app.localhost',
      container: 'web',
      scheme: 'https',
      engine: 'unix:///a.sock',
    });
  });

  test('--dry-run asks for no change, and prints what would be written', async () => {
    const ran = startCli(['map', 'app.localhost', 'web', '--dry-run'], { answers });
    expect(await ran.exitCode).toBe(0);
    expect(asked(ran)).toMatchObject({ dry: true });
    expect(ran.stdout).toBe(`${made.commands[0]}\n`);
    expect(ran.stderr).toContain('Would map app.localhost');
  });

  test('--labels prints what a Compose file says instead, and changes nothing', async () => {
    const ran = startCli(['map', 'app.localhost', 'web', '--labels', 'berth'], { answers });
    expect(await ran.exitCode).toBe(0);
    expect(asked(ran)).toMatchObject({ dry: true });
    expect(ran.stdout).toBe('labels:\n  berth.host: "app.localhost"\n  berth.port: "8080"\n');
  });

  test('a mapping that will not work is made, and the fix is said', async () => {
    const verdict = portVerdict({ works: false, sentence: 'Nothing listens.', fix: 'Start it.' });
    const ran = await runCli(['map', 'app.localhost', 'web'], {
      answers: { ...answers, 'containers.map': () => ({ ...made, verdict }) },
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('✗ Nothing listens.\n    Start it.');
  });

  test.each(['5173', ':5173'])(
    '%s is a port of this machine: a backend by localhost',
    async (word) => {
      const host = {
        name: 'app.localhost',
        identifier: 'app.localhost',
        backends: ['http://localhost:5173'],
        options: defaultOptions,
        findings: [],
        revision: '1',
      };
      const ran = startCli(['map', 'app.localhost', word], {
        answers: {
          'instance.status': () => status,
          'hosts.get': () => {
            throw new BerthError('BERTH_HOST_NOT_FOUND', 'app.localhost');
          },
          'hosts.add': () => host,
        },
      });
      expect(await ran.exitCode).toBe(0);
      expect(ran.calls).toContainEqual([
        'hosts.add',
        { name: 'app.localhost', backends: ['http://localhost:5173'] },
      ]);
      expect(ran.stdout).toBe('http://app.localhost:8080/\n');
    },
  );

  test('--json is one document with the address', async () => {
    const ran = await runCli(['map', 'app.localhost', 'web', '--json'], { answers });
    expect(JSON.parse(ran.stdout)).toEqual({
      schema: 1,
      ...made,
      url: 'http://app.localhost:8080/',
    });
  });

  test.each([['99999'], ['0'], ['web:99999'], ['']])('%j is refused', async (word) => {
    expect((await runCli(['map', 'app.localhost', word], { answers })).exitCode).toBe(2);
  });
});

describe('berth unmap', () => {
  const host = (...backends: string[]) => hostView({ name: 'app.localhost', backends });
  const missing = (): never => {
    throw new BerthError('BERTH_HOST_NOT_FOUND', 'app.localhost');
  };
  const [mapped = ''] = mappingView().backends;
  const own = 'http://127.0.0.1:3000';
  /** A host with these backends, of which these are left; null: it is gone. */
  const unmapping = (before: readonly string[], left: readonly string[] | null) => {
    let isEnded = false;
    return {
      'hosts.get': () => {
        const now = isEnded ? left : before;
        return now === null ? missing() : host(...now);
      },
      'containers.unmap': () => {
        isEnded = true;
        return [mappingView()];
      },
      'containers.list': () => containersView(),
    };
  };
  const took =
    'Took web of shop:8080 from app.localhost, and http://172.17.0.2:8080 from its backends\n';
  const back = 'To take that back: berth undo\n';

  test.each([
    [[mapped], null, 'app.localhost is removed: the mapping had made it\n'],
    [[mapped], [], 'app.localhost stays, without a backend: berth rm app.localhost removes it\n'],
    [[own, mapped], [own], `app.localhost stays, with 1 backend: ${own}\n`],
  ])('says what became of a host with %j, which has %j then', async (before, left, says) => {
    const ran = await runCli(['unmap', 'app.localhost'], { answers: unmapping(before, left) });
    expect(ran).toMatchObject({ exitCode: 0, stderr: `${took}${says}${back}` });
  });

  test('--dry-run says what would go and stay, and does nothing', async () => {
    const ran = startCli(['unmap', 'app.localhost', '--dry-run'], {
      answers: unmapping([own, mapped], null),
    });
    expect(await ran.exitCode).toBe(0);
    expect(ran.calls.map(([name]) => name)).not.toContain('containers.unmap');
    expect(ran.stderr).toBe(
      `${took.replace('Took', 'Would take')}app.localhost would stay, with 1 backend: ${own}\n`,
    );
  });

  test('--dry-run is refused where nothing is mapped by hand', async () => {
    const ran = await runCli(['unmap', 'other.localhost', '--dry-run'], {
      answers: { ...unmapping([own], null), 'hosts.get': missing },
    });
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain('other.localhost is mapped to no container by hand');
  });
});
