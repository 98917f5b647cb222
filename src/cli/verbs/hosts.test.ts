import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answers, runCli, startCli, streamOf } from '../../../test/support/cliHarness.ts';
import { eventuallyHolds } from '../../../test/support/eventually.ts';
import { hostView } from '../../../test/support/hostView.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { BerthError } from '../../shared/errors.ts';
import { defaultOptions, healthCheckSchema } from '../../shared/model/options.ts';

const status: Answers = {
  'instance.status': () => instanceStatus(),
};
const absent = () => {
  throw new BerthError('BERTH_HOST_NOT_FOUND', 'app.localhost');
};

const edit = {
  id: 3,
  at: new Date(2026, 2, 1, 10, 42, 7).getTime(),
  name: 'app.localhost',
  summary: 'added http://127.0.0.1:3000',
  hosts: 1,
  undone: false,
  revertible: true,
};

describe('berth hosts', () => {
  test.each(['hosts', 'ls', 'list'])('%s prints a table', async (verb) => {
    const answers = { 'hosts.list': () => [hostView()] };
    expect(await runCli([verb], { answers })).toEqual({
      exitCode: 0,
      stdout: 'HOST           BACKEND\napp.localhost  http://127.0.0.1:3000\n',
      stderr: '\nA host under localhost or dev.local answers under each.\n',
      calls: [['hosts.list', undefined]],
      launched: [],
      open: 0,
      listened: [],
    });
  });

  test('--json prints one document with its schema', async () => {
    const { stdout, stderr } = await runCli(['hosts', '--json'], {
      answers: { 'hosts.list': () => [hostView()] },
    });
    expect(JSON.parse(stdout)).toEqual({ schema: 1, hosts: [hostView()] });
    expect(stderr).toBe('');
  });

  test('without any host it says how to add one, on standard error', async () => {
    const ran = await runCli(['hosts'], { answers: { 'hosts.list': () => [] } });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toContain('berth add app.localhost 3000');
  });

  test('hosts with something to look at are pointed out', async () => {
    const finding = {
      rule: 'no-backend',
      severity: 'error',
      message: 'it has no backend',
      advice: 'Add one.',
    } as const;
    const answers = { 'hosts.list': () => [hostView({ backends: [], findings: [finding] })] };
    const { stderr, stdout } = await runCli(['hosts'], { answers });
    expect(stdout).toContain('1 error');
    expect(stderr).toContain('berth lint');
  });
});

describe('berth hosts --watch', () => {
  const events = [
    { kind: 'all', hosts: [hostView()] },
    { kind: 'changed', host: hostView({ name: 'api.localhost', backends: [] }) },
    { kind: 'removed', name: 'app.localhost' },
  ];
  const answers: Answers = {
    'hosts.watch': (_input, { signal }) => streamOf(events, signal),
  };

  test('into a pipe it prints each change, as NDJSON with --json', async () => {
    const plain = startCli(['hosts', '--watch'], { answers });
    await eventuallyHolds(() =>
      expect(plain.stdout).toBe(
        'app.localhost → http://127.0.0.1:3000\napi.localhost → no backend\napp.localhost is removed\n',
      ),
    );
    plain.signals.emit('SIGINT');
    expect(await plain.exitCode).toBe(130);
    const json = startCli(['hosts', '-w', '--json'], { answers });
    await eventuallyHolds(() => expect(json.stdout.trimEnd().split('\n')).toHaveLength(3));
    json.signals.emit('SIGINT');
    await json.exitCode;
    expect(JSON.parse(json.stdout.split('\n')[2] ?? '')).toEqual({ schema: 1, ...events[2] });
  });

  test('on a terminal it draws all of it anew, and gives the screen back', async () => {
    const running = startCli(['hosts', '-w'], { answers, columns: 80 });
    await eventuallyHolds(() => expect(running.stdout.split('\u001b[H')).toHaveLength(4));
    const last = running.stdout.split('\u001b[H').at(-1) ?? '';
    expect(last).toContain('api.localhost');
    expect(last).not.toContain('app.localhost');
    running.signals.emit('SIGINT');
    await running.exitCode;
    expect(running.stdout.endsWith('\u001b[?1049l')).toBe(true);
  });
});

describe('berth add', () => {
  test('makes a host, says what it made of short words, and prints what to open', async () => {
    const ran = await runCli(['add', 'App.Localhost', '3000', 'localhost:3001'], {
      answers: {
        ...status,
        'hosts.get': absent,
        'hosts.add': (input) => hostView(input as object),
      },
      refused: [3000],
    });
    expect(ran.calls).toContainEqual([
      'hosts.add',
      { name: 'app.localhost', backends: ['http://127.0.0.1:3000', 'http://localhost:3001'] },
    ]);
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: 'http://app.localhost:8080/\n',
      stderr: [
        '3000 means http://127.0.0.1:3000',
        'localhost:3001 means http://localhost:3001',
        'Added app.localhost → http://127.0.0.1:3000, http://localhost:3001',
        'nothing listens on 127.0.0.1:3000 yet',
        '',
      ].join('\n'),
    });
  });

  test('--check comes with it, as one edit', async () => {
    const ran = await runCli(['add', 'app.localhost', '3000', '--check', '/health'], {
      answers: {
        ...status,
        'hosts.get': absent,
        'hosts.add': () => hostView(),
        'hosts.set': () => hostView(),
      },
    });
    expect(ran.exitCode).toBe(0);
    const group = { id: expect.any(String), verb: 'added' };
    expect(ran.calls.find(([name]) => name === 'hosts.add')?.[1]).toMatchObject({ group });
    expect(ran.calls.find(([name]) => name === 'hosts.set')?.[1]).toEqual({
      name: 'app.localhost',
      options: { check: healthCheckSchema.parse({ path: '/health' }) },
      expect: 'r1',
      group,
    });
    const off = await runCli(['add', 'app.localhost', '3000', '--check', 'off']);
    expect(off.exitCode).toBe(2);
  });

  test('a path of a backend is kept as it is written, and said to be ignored', async () => {
    const ran = await runCli(
      ['add', 'app.localhost', 'http://127.0.0.1:4000/base', 'localhost:3001/path'],
      { answers: { ...status, 'hosts.get': absent, 'hosts.add': () => hostView() } },
    );
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('warning: http://127.0.0.1:4000/base: its /base is ignored');
    expect(ran.stderr).toContain('localhost:3001/path means http://localhost:3001/path\n');
    expect(ran.stderr).toContain('warning: http://localhost:3001/path: its /path is ignored');
  });

  test('says what is new on a host that there was', async () => {
    const backends = ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'];
    const answers = {
      ...status,
      'hosts.get': () => hostView(),
      'hosts.add': () => hostView({ backends }),
    };
    const { stderr } = await runCli(['add', 'app.localhost', ...backends], { answers });
    expect(stderr).toContain(
      'Added http://127.0.0.1:3001 to app.localhost, which has 2 backends now\n',
    );
  });

  test('says so when there was nothing to add', async () => {
    const answers = {
      ...status,
      'hosts.get': () => hostView(),
      'hosts.add': () => hostView(),
    };
    const { stderr } = await runCli(['add', 'app.localhost', '3000'], { answers });
    expect(stderr).toContain('app.localhost has what was asked for already\n');
  });

  test('a name that browsers do not find by themselves is explained', async () => {
    const answers = {
      ...status,
      'hosts.get': absent,
      'hosts.add': () => hostView({ name: 'app.dev.local' }),
    };
    const { stdout, stderr } = await runCli(['add', 'app.dev.local', '3000'], { answers });
    expect(stdout).toBe('http://app.dev.local:8080/\n');
    expect(stderr).toContain(
      'This machine does not find app.dev.local yet: "berth setup" has it do so. As app.localhost a browser always finds it.\n',
    );
    const told = await runCli(['add', 'app.dev.local', '3000'], {
      answers,
      foundHere: ['app.dev.local'],
    });
    expect(told.stderr).not.toContain('berth setup');
  });

  test('a name that another frontend answered until now is told with that', async () => {
    const answers = {
      ...status,
      'hosts.get': (input: unknown) => {
        const { name } = input as { readonly name: string };
        return name === 'app.localhost' ? hostView() : absent();
      },
      'hosts.add': () => hostView({ name: 'app.dev.local' }),
    };
    const { stderr } = await runCli(['add', 'app.dev.local', '3000'], { answers });
    expect(stderr).toContain('app.localhost answered as app.dev.local until now');
    expect(stderr).toContain('Names under .localhost need nothing.');
    const alone = { ...answers, 'instance.status': () => instanceStatus({ sharedSuffixes: [] }) };
    const ran = await runCli(['add', 'app.dev.local', '3000'], { answers: alone });
    expect(ran.stderr).not.toContain('until now');
  });

  test('--json prints the host and its address, and --quiet says nothing', async () => {
    const answers = { ...status, 'hosts.get': absent, 'hosts.add': () => hostView() };
    const argv = ['add', 'app.localhost', '3000', '--json', '--quiet', '--id', 'my app'];
    const { stdout, stderr, calls } = await runCli(argv, { answers });
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      host: hostView(),
      url: 'http://app.localhost:8080/',
    });
    expect(stderr).toBe('');
    const added = calls.find(([name]) => name === 'hosts.add');
    expect(added?.[1]).toMatchObject({ identifier: 'my app' });
  });

  test.each([
    [['add', 'app.localhost'], "missing required argument 'url'"],
    [['add', 'foo'], 'as in: berth add app.localhost 3000'],
    [['add', 'app.localhost', 'nonsense'], 'write a URL such as http://127.0.0.1:3000'],
    [['add', 'http://app.localhost:8080/x', '3000'], 'write app.localhost alone.'],
    [['add', 'app.localhost:80', '3000'], 'has a port: write app.localhost alone'],
    [['add', 'a b', '3000'], 'is not a host name'],
  ])('%j is refused before anything is asked', async (argv, phrase) => {
    const ran = await runCli(argv, { answers: {} });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '', calls: [] });
    expect(ran.stderr).toMatch(/^berth: /);
    expect(ran.stderr).toContain(phrase);
    expect(ran.stderr).toContain('berth add --help');
  });
});

describe('berth set', () => {
  const set = async (argv: readonly string[], before = hostView()) => {
    const answers: Answers = { 'hosts.get': () => before, 'hosts.set': () => before };
    const ran = await runCli(['set', 'app.localhost', ...argv], { answers });
    return { ...ran, asked: ran.calls.find(([name]) => name === 'hosts.set')?.[1] };
  };

  test.each<[string[], object]>([
    [
      ['--backend', '3000', '3001'],
      { backends: ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'] },
    ],
    [['--id', 'text'], { identifier: 'text' }],
    [['--policy', 'sticky'], { options: { policy: 'sticky' } }],
    [['--pause'], { options: { paused: true } }],
    [['--resume'], { options: { paused: false } }],
    [['--redirect-https', 'on'], { options: { redirectToHttps: true } }],
    [['--redirect-https', 'off'], { options: { redirectToHttps: false } }],
    [['--reset'], { reset: true }],
    [['--host-header', 'backend'], { options: { hostHeader: 'backend' } }],
    [
      ['--cert', '/tls/a.pem', '--key', '/tls/key.pem'],
      { options: { cert: '/tls/a.pem', key: '/tls/key.pem' } },
    ],
    [['--cert', 'off'], { options: { cert: null, key: null } }],
    [['--key', 'key.pem'], { options: { key: resolve('key.pem') } }],
  ])('%j changes that alone', async (argv, expected) => {
    const { exitCode, asked, calls } = await set(argv);
    expect(exitCode).toBe(0);
    expect(asked).toEqual({ name: 'app.localhost', ...expected });
    expect(calls).toHaveLength(1);
  });

  test('weights are changed one by one, on what was there, and 1 takes one away', async () => {
    const weights = { 'http://127.0.0.1:3000': 5, 'http://a:1': 2, 'http://b:1': 3 };
    const { asked } = await set(
      ['--weight', '3000=1', 'http://b:1=7'],
      hostView({ options: { ...defaultOptions, weights } }),
    );
    expect(asked).toEqual({
      name: 'app.localhost',
      options: { weights: { 'http://a:1': 2, 'http://b:1': 7 } },
      expect: 'r1',
    });
  });

  test('a weight for what is no backend is refused, with those that there are', async () => {
    const { exitCode, stderr, calls } = await set(['--weight', '5999=2']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'app.localhost has no backend http://127.0.0.1:5999; it has http://127.0.0.1:3000',
    );
    expect(stderr).toContain('[BERTH_BACKEND_NOT_FOUND]');
    expect(calls).toHaveLength(1);
  });

  test('a check begins with the usual parameters', async () => {
    const { asked } = await set(['--check', '/health', '--check-interval', '500ms']);
    expect(asked).toEqual({
      name: 'app.localhost',
      options: { check: healthCheckSchema.parse({ path: '/health', intervalMs: 500 }) },
      expect: 'r1',
    });
  });

  test('a check that there is keeps what is not named', async () => {
    const check = healthCheckSchema.parse({ path: '/up', rise: 3, host: 'x' });
    const argv = ['--check-method', 'get', '--check-expect', '2xx', '--check-fall', '4'];
    const { asked } = await set(argv, hostView({ options: { ...defaultOptions, check } }));
    expect(asked).toMatchObject({
      options: { check: { ...check, method: 'GET', expect: '2xx', fall: 4 } },
    });
  });

  test.each<[string, object | null]>([
    ['tcp', { type: 'tcp' }],
    ['off', null],
  ])('--check %s', async (word, expected) => {
    const { asked } = await set(['--check', word]);
    expect(asked).toMatchObject({
      options: { check: expected === null ? null : expect.objectContaining(expected) },
    });
  });

  const checked = (fields: object) =>
    hostView({ options: { ...defaultOptions, check: healthCheckSchema.parse(fields) } });

  test.each([
    [
      ['--check-interval', '5s'],
      hostView(),
      'app.localhost has no health check that --check-interval',
    ],
    [
      ['--check', 'tcp', '--check-expect', '2xx'],
      hostView(),
      '--check-expect is for a check by HTTP',
    ],
    [['--check-method', 'GET'], checked({ type: 'tcp' }), '--check-method is for a check by HTTP'],
    [
      ['--check', 'off', '--check-rise', '2'],
      checked({}),
      '--check off and --check-rise do not go',
    ],
  ])('%j would do nothing, and is refused', async (argv, before, phrase) => {
    const { exitCode, stderr, asked } = await set(argv, before);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(phrase);
    expect(asked).toBeUndefined();
  });

  test('says what the host comes to', async () => {
    const options = { ...defaultOptions, policy: 'round-robin' as const };
    const { stderr, stdout } = await set(['--policy', 'round-robin'], hostView({ options }));
    expect(stdout).toBe('');
    expect(stderr).toBe('app.localhost → http://127.0.0.1:3000; round-robin\n');
  });

  test.each([
    [[], 'nothing to set'],
    [['--json'], 'nothing to set'],
    [['--policy', 'randon'], 'Allowed choices are random, round-robin'],
    [['--weight', '3000'], 'It takes URL=N'],
    [['--weight', '3000=0'], 'It takes URL=N'],
    [['--check', 'health'], 'It takes a path such as /health, tcp or off.'],
    [['--check-interval', '5'], 'It takes a duration such as 500ms, 30s or 5m.'],
    [['--check-interval', '5ms'], 'It takes 100 ms to 3600 s.'],
    [['--check-expect', 'ok'], 'It takes statuses such as 200'],
    [['--check-rise', '0'], 'It takes a whole number from 1 to 100.'],
    [['--redirect-https', 'yes'], 'Allowed choices are on, off.'],
    [['--pause', '--resume'], "option '--pause' cannot be used with option '--resume'"],
  ])('%j is refused', async (argv, phrase) => {
    const { exitCode, stderr, calls } = await set(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(phrase);
    expect(calls).toEqual([]);
  });

  test('a host that somebody else changed meanwhile is reported, not overwritten', async () => {
    const answers = {
      'hosts.get': () => hostView(),
      'hosts.set': () => {
        throw new BerthError('BERTH_CONFLICT', 'app.localhost');
      },
    };
    const ran = await runCli(['set', 'app.localhost', '--check', 'tcp'], { answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('[BERTH_CONFLICT]');
  });
});

describe('berth rm', () => {
  test('removes a host', async () => {
    const answers = { 'hosts.remove': () => null, 'hosts.edits': () => [edit] };
    const ran = await runCli(['rm', 'app.localhost'], { answers });
    expect(ran.calls[0]).toEqual(['hosts.remove', { name: 'app.localhost' }]);
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'Removed app.localhost; berth undo takes it back\n',
    });
  });

  test('promises no undo that there is not', async () => {
    const kept = { ...edit, revertible: false };
    const answers = { 'hosts.remove': () => null, 'hosts.edits': () => [kept] };
    const ran = await runCli(['rm', 'app.localhost'], { answers });
    expect(ran.stderr).toBe('Removed app.localhost; it cannot be taken back\n');
    const listed = await runCli(['edits'], { answers });
    expect(listed.stdout).toContain('(cannot be taken back)');
  });

  test('removes a backend', async () => {
    const ran = await runCli(['rm', 'app.localhost', '3001'], {
      answers: { 'hosts.remove': () => hostView() },
    });
    expect(ran.calls).toEqual([
      ['hosts.remove', { name: 'app.localhost', backends: ['http://127.0.0.1:3001'] }],
    ]);
    expect(ran.stderr).toContain(
      'Removed http://127.0.0.1:3001 from app.localhost, which has 1 backend now\n',
    );
  });

  test('removes what is no name of a host when it is told exactly', async () => {
    const answers = { 'hosts.remove': () => null, 'hosts.edits': () => [] };
    const ran = await runCli(['rm', '--exact', 'App Local:80'], { answers });
    expect(ran.calls[0]).toEqual(['hosts.remove', { name: 'App Local:80', exact: true }]);
    expect(ran.exitCode).toBe(0);
  });

  test('says so without what would reorder the line', async () => {
    const answers = { 'hosts.remove': () => null, 'hosts.edits': () => [] };
    const ran = await runCli(['rm', '--exact', 'x\u202ey'], { answers });
    expect(ran.calls[0]).toEqual(['hosts.remove', { name: 'x\u202ey', exact: true }]);
    expect(ran.stderr).toBe('Removed x\ufffdy; it cannot be taken back\n');
  });

  test('removes the frontend without a name', async () => {
    const answers = { 'hosts.remove': () => null, 'hosts.edits': () => [] };
    const ran = await runCli(['rm', '--exact', ''], { answers });
    expect(ran.calls[0]).toEqual(['hosts.remove', { name: '', exact: true }]);
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: 'Removed "" (no name); it cannot be taken back\n',
    });
  });

  test('says why a name is not found whose bytes are no text', async () => {
    const ran = await runCli(['rm', '--exact', 'a\ufffdb'], {
      answers: { 'hosts.remove': absent },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(
      'a name that is not UTF-8 cannot be given here: remove its key with redis-cli',
    );
  });

  test('refuses it otherwise, and asks nobody', async () => {
    const ran = await runCli(['rm', 'App Local'], { answers: {} });
    expect(ran).toMatchObject({ exitCode: 2, calls: [] });
    expect(ran.stderr).toContain('is not a host name');
  });

  test('a host that is not there is exit code 1', async () => {
    const ran = await runCli(['rm', 'app.localhost'], { answers: { 'hosts.remove': absent } });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toBe(
      'berth: error: There is no such frontend: app.localhost\nSee "berth hosts" for those that there are. [BERTH_HOST_NOT_FOUND]\n',
    );
  });
});

describe('berth undo and berth edits', () => {
  test('the last edit, or one by its number', async () => {
    const answers = { 'hosts.undo': () => ({ ...edit, undone: true }) };
    const last = await runCli(['undo'], { answers });
    expect(last.calls).toEqual([['hosts.undo', {}]]);
    expect(last.stderr).toBe('Took back edit 3: app.localhost, added http://127.0.0.1:3000\n');
    const named = await runCli(['undo', '3', '--json'], { answers });
    expect(named.calls).toEqual([['hosts.undo', { id: 3 }]]);
    expect(JSON.parse(named.stdout)).toMatchObject({ schema: 1, edit: { id: 3 } });
    expect(await runCli(['undo', 'x'], { answers })).toMatchObject({ exitCode: 2 });
  });

  test('edits are listed with their numbers', async () => {
    const taken = { ...edit, id: 2, summary: 'removed it', undone: true };
    const { stdout } = await runCli(['edits'], { answers: { 'hosts.edits': () => [edit, taken] } });
    expect(stdout.split('\n')).toEqual([
      'ID  WHEN                 HOST           EDIT',
      ' 3  2026-03-01 10:42:07  app.localhost  added http://127.0.0.1:3000',
      ' 2  2026-03-01 10:42:07  app.localhost  removed it (taken back)',
      '',
    ]);
  });

  test('no edit yet', async () => {
    const ran = await runCli(['edits'], { answers: { 'hosts.edits': () => [] } });
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toContain('Nothing was edited');
  });
});

describe('berth lint', () => {
  const finding = (severity: 'error' | 'warning') => ({
    rule: 'loop' as const,
    severity,
    message: 'it leads back to Berth',
    advice: 'Point it at the server.',
  });

  test.each([
    ['warning', 0, '0 errors, 1 warning in 1 host'],
    ['error', 1, '1 error, 0 warnings in 1 host'],
  ] as const)('a %s exits with %i', async (severity, exitCode, summary) => {
    const answers = { 'hosts.get': () => hostView({ findings: [finding(severity)] }) };
    const ran = await runCli(['lint', 'app.localhost'], { answers });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout).toContain(`  ${severity}  it leads back to Berth [loop]\n    Point it`);
    expect(ran.stderr).toBe(`${summary}\n`);
  });

  test('nothing to look at', async () => {
    const ran = await runCli(['lint'], { answers: { 'hosts.list': () => [hostView()] } });
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '1 host, and nothing to look at\n',
    });
  });

  test('--json names hosts with findings alone', async () => {
    const found = hostView({ findings: [finding('warning')] });
    const answers = { 'hosts.list': () => [hostView({ name: 'ok.localhost' }), found] };
    const { stdout } = await runCli(['lint', '--json'], { answers });
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      hosts: [{ name: 'app.localhost', findings: [finding('warning')] }],
    });
  });
});
