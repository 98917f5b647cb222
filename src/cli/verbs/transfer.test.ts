import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningCli, runCli, startCli } from '../../../test/support/cliHarness.ts';
import { hostView } from '../../../test/support/hostView.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { defaultOptions } from '../../shared/model/options.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const write = (name: string, text: string) => writeFile(join(directory.path, name), text);

/** An instance with these hosts, whose revisions are their names. */
const having = (...hosts: ReturnType<typeof hostView>[]) => ({
  'hosts.get': (input: unknown) => {
    const { name } = input as { name: string };
    const found = hosts.find((host) => host.name === name);
    if (found === undefined) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
    return found;
  },
  'hosts.set': (input: unknown) => ({ ...hostView(input as object), revision: 'written' }),
  'hosts.remove': () => null,
});

const run = (argv: readonly string[], answers: Parameters<typeof runCli>[1] = {}) =>
  runCli(argv, { cwd: directory.path, ...answers });

const written = (calls: readonly (readonly [string, unknown])[]) =>
  calls.filter(([name]) => name !== 'hosts.get');

const localias = 'app.test: 3000\nnew.test: 3001\n';
const app = hostView({ name: 'app.test', backends: ['http://localhost:3000'] });

describe('berth import', () => {
  test('--dry-run shows what would change, and writes nothing', async () => {
    await write('.localias.yaml', localias);
    const ran = await run(['import', '.localias.yaml', '--dry-run'], { answers: having(app) });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toBe(`IMPORT  HOST      BACKENDS
= same  app.test  http://localhost:3000
+ add   new.test  http://localhost:3001
`);
    expect(ran.stderr).toBe('Nothing is written. 1 to add, 0 to change, 1 the same\n');
    expect(written(ran.calls)).toEqual([]);
  });

  /** All that one import writes is one edit. */
  const group = { id: expect.any(String), verb: 'imported' };

  test('writes what is new, and expects that it still is', async () => {
    await write('.localias.yaml', localias);
    const ran = await run(['import', '.localias.yaml'], { answers: having(app) });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '1 added, 0 changed, 1 the same\n', open: 0 });
    expect(written(ran.calls)).toEqual([
      ['hosts.set', { name: 'new.test', backends: ['http://localhost:3001'], expect: '', group }],
    ]);
  });

  describe('of a host that has other backends', () => {
    const other = hostView({ name: 'app.test', backends: ['http://10.0.0.1'] });

    test('writes nothing at all, and exits with 1', async () => {
      await write('l.yaml', localias);
      const ran = await run(['import', 'l.yaml'], { answers: having(other) });
      expect(ran.exitCode).toBe(1);
      expect(ran.stdout).toContain(
        '! conflict  app.test  has http://10.0.0.1\n                      asks for http://localhost:3000\n',
      );
      expect(ran.stderr).toContain(
        '1 host of l.yaml has other backends here; --skip leaves it alone',
      );
      expect(ran.stderr).toContain('--replace overwrites');
      expect(written(ran.calls)).toEqual([]);
    });

    test('--replace overwrites it as it was seen', async () => {
      await write('l.yaml', localias);
      const ran = await run(['import', 'l.yaml', '--replace'], { answers: having(other) });
      expect(ran).toMatchObject({
        exitCode: 0,
        stderr: '1 added, 0 changed, 0 the same, 1 replaced\n',
      });
      expect(written(ran.calls)).toEqual([
        [
          'hosts.set',
          { name: 'app.test', backends: ['http://localhost:3000'], expect: 'r1', group },
        ],
        ['hosts.set', { name: 'new.test', backends: ['http://localhost:3001'], expect: '', group }],
      ]);
      const groups = written(ran.calls).map(([, input]) => JSON.stringify(Object(input).group));
      expect(new Set(groups).size).toBe(1);
    });

    test('--skip leaves it alone', async () => {
      await write('l.yaml', localias);
      const ran = await run(['import', 'l.yaml', '--skip'], { answers: having(other) });
      expect(ran).toMatchObject({
        exitCode: 0,
        stderr: '1 added, 0 changed, 0 the same, 1 left alone\n',
      });
      expect(written(ran.calls).map(([, input]) => input)).toMatchObject([{ name: 'new.test' }]);
    });

    test('--replace over what a mapping keeps is refused, and names --skip', async () => {
      await write('l.yaml', localias);
      const answers = {
        ...having(other),
        'hosts.set': () => {
          throw new BerthError('BERTH_BACKEND_MAPPED', 'app.test keeps http://172.17.0.2:80');
        },
      };
      const ran = await run(['import', 'l.yaml', '--replace'], { answers });
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain('BERTH_BACKEND_MAPPED');
      expect(ran.stderr).toContain(
        '--skip instead of --replace leaves alone what is there, and adds the rest.',
      );
    });

    test('--replace and --skip do not go together', async () => {
      const ran = await run(['import', 'l.yaml', '--skip', '--replace'], { answers: null });
      expect(ran.exitCode).toBe(2);
    });
  });

  test('takes back what it wrote when a write is refused, and says so', async () => {
    await write('l.yaml', 'a.test: 1\nb.test: 2\nc.test: 3\n');
    const answers = {
      ...having(),
      'hosts.set': (input: unknown) => {
        const { name } = input as { name: string };
        if (name === 'c.test')
          throw new BerthError('BERTH_CONFLICT', 'c.test: it is there already');
        return { ...hostView({ name }), revision: `${name} written` };
      },
    };
    const ran = await run(['import', 'l.yaml'], { answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(
      'c.test was refused; 2 hosts written before it are as before again.',
    );
    expect(ran.stderr).toContain('BERTH_CONFLICT');
    expect(written(ran.calls).slice(-2)).toEqual([
      ['hosts.remove', { name: 'b.test', expect: 'b.test written', group }],
      ['hosts.remove', { name: 'a.test', expect: 'a.test written', group }],
    ]);
  });

  describe('that is ended in the middle', () => {
    const names = Array.from({ length: 30 }, (_, i) => `h${10 + i}.test`);
    /** Ends the command line while the third host is written; hosts after that take a while to come back. */
    const interrupted = async (end: (running: RunningCli) => void) => {
      await write('l.yaml', names.map((name, i) => `${name}: ${i + 1}\n`).join(''));
      const removed: unknown[] = [];
      let count = 0;
      const running: RunningCli = startCli(['import', 'l.yaml'], {
        cwd: directory.path,
        answers: {
          ...having(),
          'hosts.set': (input: unknown) => {
            if (++count === 3) end(running);
            return { ...hostView(input as object), revision: 'written' };
          },
          'hosts.remove': async (input: unknown) => {
            await new Promise((resolve) => setTimeout(resolve, slowMs));
            removed.push((input as { name: string }).name);
            return null;
          },
        },
      });
      return { exitCode: await running.exitCode, count, removed, stderr: running.stderr };
    };
    /** Three of them take longer than a verb otherwise has to clean up. */
    const slowMs = limits.verbStopMs / 2;

    test('by Ctrl-C takes back all that it wrote, however long that takes', async () => {
      const ran = await interrupted(({ signals }) => signals.emit('SIGINT'));
      expect(ran).toMatchObject({
        exitCode: 130,
        count: 3,
        removed: ['h12.test', 'h11.test', 'h10.test'],
      });
      expect(ran.stderr).toContain('Taking back what was written; Ctrl-C again leaves it');
      expect(ran.stderr).toContain(
        'Ended before h13.test; 3 hosts written before it are as before',
      );
    });

    test('by a second Ctrl-C ends at once', async () => {
      const ran = await interrupted(({ signals }) => {
        signals.emit('SIGINT');
        signals.emit('SIGINT');
      });
      expect(ran).toMatchObject({ exitCode: 130, removed: [] });
    });

    test('by a reader that has read enough goes on to its end', async () => {
      const ran = await interrupted((running) => running.leave());
      expect(ran).toMatchObject({ exitCode: 0, count: 30, removed: [] });
    });
  });

  test('--json prints the plan as one document', async () => {
    await write('l.yaml', `${localias}bad host: 3\n`);
    const ran = await run(['import', 'l.yaml', '--json', '--dry-run'], { answers: having(app) });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      schema: 1,
      format: 'localias',
      dryRun: true,
      outcome: 'nothing',
      counts: { added: 1, changed: 0, same: 1, conflict: 0, refused: 0 },
      plan: [
        { name: 'app.test', kind: 'same', line: 1 },
        {
          name: 'new.test',
          kind: 'added',
          line: 2,
          after: { identifier: 'new.test', backends: ['http://localhost:3001'] },
        },
      ],
      problems: [{ line: 3 }],
    });
  });

  test('says with its line what cannot be imported; when that is all, it exits with 1', async () => {
    await write('hosts', '127.0.0.1 localhost\n127.0.0.1 app.local\n');
    const ran = await run(['import', 'hosts'], { answers: having() });
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain('hosts, line 1: localhost belongs to the system');
    expect(ran.stderr).toContain('hosts, line 2: app.local has no port in a hosts file');
    const again = await run(['import', 'hosts', '--port', '3000'], { answers: having() });
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain('http://127.0.0.1:3000');
  });

  test("reads hotel's directory with its suffix; a broken file costs only itself", async () => {
    await mkdir(join(directory.path, '.hotel', 'servers'), { recursive: true });
    await write('.hotel/conf.json', '{"tld": "dev"}');
    await write('.hotel/servers/blog.json', '{"target": "http://10.0.0.1:80"}');
    await write('.hotel/servers/broken.json', '{"target": ');
    for (const argv of [['.hotel'], ['.hotel/servers'], ['--from', 'hotel', '.hotel']]) {
      const ran = await run(['import', ...argv, '--dry-run'], { answers: having() });
      expect(ran.stdout).toContain('blog.dev  http://10.0.0.1:80');
      expect(ran.stderr).toContain('broken.json, line 1: column 12');
    }
    const one = await run(['import', '.hotel/servers/blog.json', '--dry-run'], {
      answers: having(),
    });
    expect(one.stdout).toContain('blog.dev  http://10.0.0.1:80');
  });

  test.each([
    [['import'], 2, 'name the file to import'],
    [['import', 'absent.yaml'], 1, 'absent.yaml: it does not exist'],
    [['import', 'other.txt'], 2, 'is of no format that is known'],
    [['import', 'bad.json'], 2, 'bad.json, line 2: column 1'],
    [['import', '.', '--from', 'localias'], 2, 'only those of hotel'],
    [['import', 'other.txt', '--config', 'c.json'], 2, 'not both'],
    [['import', '--config', 'absent.json'], 3, 'absent.json does not exist'],
    [['import', '--config', 'embedded.json'], 2, 'names the embedded store'],
    [['import', 'embedded.json'], 2, 'names the embedded store'],
    [['import', 'redis://127.0.0.1:1?x=1'], 2, 'it takes no query'],
  ])('%j is refused with %i', async (argv, exitCode, text) => {
    await write('other.txt', 'hello\n');
    await write('bad.json', '{"berth": 1,\n');
    await write('embedded.json', '{"driver": "embedded:", "user": "root"}');
    const ran = await run(argv[1] === 'bad.json' ? [...argv, '--from', 'berth'] : argv, {
      answers: null,
    });
    expect(ran.stderr).toContain(text);
    expect(ran.exitCode).toBe(exitCode);
  });

  test('a document that is too large is not read', async () => {
    await write('large.yaml', `a: ${'x'.repeat(9 * 1024 * 1024)}`);
    const ran = await run(['import', 'large.yaml'], { answers: null });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('it is larger than');
  });
});

describe('berth export', () => {
  const hosts = [
    hostView({ options: { ...defaultOptions, policy: 'sticky' } }),
    hostView({ name: 'a.localhost' }),
  ];
  const answers = {
    'hosts.list': () => hosts,
    'instance.status': () => instanceStatus({ hosts: hosts.length }),
  };

  test('prints one sorted document', async () => {
    const ran = await run(['export'], { answers });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toBe(`berth: 1
frontends:
  a.localhost:
    identifier: a.localhost
    backends:
      - http://127.0.0.1:3000
  app.localhost:
    identifier: app.localhost
    backends:
      - http://127.0.0.1:3000
    options:
      policy: sticky
`);
    const json = await run(['export', '--json'], { answers });
    expect(JSON.parse(json.stdout)).toMatchObject({ berth: 1 });
  });

  test('-o writes a file whole, by its name as JSON, and leaves nothing beside it', async () => {
    await write('old.json', 'what was there');
    await chmod(join(directory.path, 'old.json'), 0o600);
    await symlink('old.json', join(directory.path, 'link.json'));
    const ran = await run(['export', '-o', 'link.json'], { answers });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toContain('Wrote 2 hosts to');
    expect(JSON.parse(await readFile(join(directory.path, 'old.json'), 'utf8'))).toMatchObject({
      berth: 1,
    });
    expect((await readdir(directory.path)).sort()).toEqual(['link.json', 'old.json']);
  });

  test.each([
    ['.', 'it is a directory'],
    ['absent/hosts.yaml', 'its directory does not exist'],
    ['/dev/null', 'it is not a regular file'],
  ])('-o %s is refused', async (path, text) => {
    const ran = await run(['export', '-o', path], { answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(text);
  });

  test('says how many hosts are not in it', async () => {
    const ran = await run(['export'], {
      answers: { ...answers, 'instance.status': () => instanceStatus({ hosts: 5 }) },
    });
    expect(ran.stderr).toContain('3 hosts beyond what an instance lists are not in it');
  });
});

describe('berth store migrate', () => {
  test.each([
    [['--to', 'http://x'], 2, '--to takes a driver URL'],
    [['--to', 'embedded', '--from', 'embedded:'], 2, 'the same store'],
    [['--to', 'redis://127.0.0.1:1', '--from', 'redis://localhost:1/16x'], 2, '--from takes'],
    [[], 2, '--to'],
  ])('%j is refused with %i', async (argv, exitCode, text) => {
    const ran = await run(['store', 'migrate', ...argv], { answers: null });
    expect(ran.stderr).toContain(text);
    expect(ran.exitCode).toBe(exitCode);
  });
});
