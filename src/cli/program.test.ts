import { describe, expect, test } from 'vitest';
import { version } from '../shared/version.ts';
import { createProgram, readCommandLine } from './program.ts';

function read(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const invocation = readCommandLine(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { invocation, stdout, stderr };
}

describe('a command line is read', () => {
  test.each<[string[], object]>([
    [[], { file: null, dry: false, desktop: true }],
    [['--headless'], { file: null, dry: false, desktop: false }],
    [['--headless', '-c', 'x.json'], { file: 'x.json', dry: false, desktop: false }],
    // Hipache's own invocations.
    [['-c', 'x.json'], { file: 'x.json', dry: false, desktop: false }],
    [['--config', 'x.json'], { file: 'x.json', dry: false, desktop: false }],
    [['--config=x.json', '-d'], { file: 'x.json', dry: true, desktop: false }],
    [['-d'], { file: null, dry: true, desktop: false }],
    [['--dry'], { file: null, dry: true, desktop: false }],
    [['-dc', 'x.json'], { file: 'x.json', dry: true, desktop: false }],
    // How the desktop app starts its instance.
    [['--headless', '--for-desktop'], { file: null, dry: false, desktop: false, mode: 'desktop' }],
  ])('%j', (argv, expected) => {
    expect(read(...argv)).toEqual({
      invocation: { kind: 'run', mode: 'headless', ...expected },
      stdout: '',
      stderr: '',
    });
  });
});

describe('a command line that is not valid is refused with a hint, exit code 2', () => {
  test.each<[string[], string[]]>([
    [['--drry'], ["unknown option '--drry'", 'Did you mean --dry?']],
    [['--unknown'], ["unknown option '--unknown'"]],
    [['-x'], ["unknown option '-x'"]],
    [['--for-desktop'], ['--for-desktop goes with --headless']],
    [['--config'], ["option '-c, --config <file>' argument missing"]],
    [['--config='], ["option '-c, --config <file>' argument ''", 'It takes the path of a file.']],
    [['hots'], ["unknown verb 'hots'", 'Did you mean hosts?']],
    [['frobnicate'], ["unknown verb 'frobnicate'"]],
    [['--headless', 'x.json'], ["unknown verb 'x.json'"]],
  ])('%j', (argv, phrases) => {
    const { invocation, stdout, stderr } = read(...argv);
    expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
    expect(stdout).toBe('');
    for (const phrase of [...phrases, 'berth --help']) expect(stderr).toContain(phrase);
    expect(stderr).toMatch(/^berth: /);
  });
});

test.each(['-v', '--version'])('%s prints the version alone', (option) => {
  expect(read(option)).toEqual({
    invocation: { kind: 'done', exitCode: 0 },
    stdout: `${version}\n`,
    stderr: '',
  });
});

describe.each(['-h', '--help'])('%s', (option) => {
  const { invocation, stdout, stderr } = read(option);

  test('goes to standard output and is no failure', () => {
    expect(invocation).toEqual({ kind: 'done', exitCode: 0 });
    expect(stderr).toBe('');
  });

  test('names options, examples, signals, environment and exit codes', () => {
    for (const phrase of [
      '--headless',
      '-c, --config <file>',
      '-d, --dry',
      '-v, --version',
      'berth add app.localhost 3000',
      'SIGHUP',
      'SETTINGS_FLAVOR',
      'BERTH_HOME',
      '  4  a port is taken',
      '  130  ended by Ctrl-C',
    ]) {
      expect(stdout).toContain(phrase);
    }
  });

  test('fits in 80 columns', () => {
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

test('help of a verb is the same by either way, with examples, in 80 columns', () => {
  const { invocation, stdout, stderr } = read('help', 'wait');
  expect(invocation).toEqual({ kind: 'done', exitCode: 0 });
  expect(stderr).toBe('');
  expect(stdout).toContain('Usage: berth wait [options] <host>');
  expect(stdout).toContain('Examples:\n  berth wait app.localhost && npm run e2e');
  expect(read('wait', '--help').stdout).toBe(stdout);
});

test('every verb says in 80 columns what it does, with an example and the options that all have', () => {
  const program = createProgram(
    { stdout: { write: () => true }, stderr: { write: () => true } },
    () => {},
  );
  const verbsOf = (parent: typeof program, words: readonly string[]): (readonly string[])[] =>
    parent.commands
      .filter((verb) => !verb.name().startsWith('__'))
      .flatMap((verb) => [[...words, verb.name()], ...verbsOf(verb, [...words, verb.name()])]);
  const verbs = verbsOf(program, []);
  expect(verbs.length).toBeGreaterThan(20);
  const groups = ['config', 'store', 'service', 'help'];
  for (const verb of verbs) {
    const { stdout } = read(...verb, '--help');
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    if (groups.includes(verb.join(' '))) continue;
    expect(stdout, verb.join(' ')).toMatch(/Examples:\n {2}/);
    expect(stdout).toContain('--json');
    expect(stdout).toContain('--quiet');
  }
});

test('help goes to the verb of a verb, and refuses what is none', () => {
  expect(read('help', 'health', 'check').stdout).toContain('Usage: berth health check ');
  expect(read('help').stdout).toBe(read('--help').stdout);
  for (const [words, hint] of [
    [['help', 'hots'], "unknown verb 'hots'\n(Did you mean hosts?)"],
    [['help', 'health', 'chekc'], "unknown verb 'health chekc'\n(Did you mean check?)"],
  ] as const) {
    const { invocation, stdout, stderr } = read(...words);
    expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
    expect(stdout).toBe('');
    expect(stderr).toContain(`berth: ${hint}`);
  }
});

test.each([
  [['hosts', 'foo'], "'foo' is too much: berth hosts takes no argument"],
  [['status', 'foo', 'bar'], "'foo' is too much: berth status takes no argument"],
  [['undo', '1', '2'], "'2' is too much: berth undo takes only id"],
  [['set', 'a.localhost', 'b', '--id', 'x'], "'b' is too much: berth set takes only host"],
  [['config', 'path', 'foo'], "'foo' is too much: berth config path takes no argument"],
])('no word is passed over in silence: %j', (argv, complaint) => {
  const { invocation, stderr } = read(...argv);
  expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(stderr).toContain(`berth: ${complaint}\n`);
});

test('the options that all verbs have may stand before the verb', () => {
  expect(read('--json', '-q', 'health', 'check', 'a.localhost').invocation).toMatchObject({
    kind: 'verb',
    name: 'health check',
    manner: { json: true, quiet: true, verbose: false },
  });
  const alone = read('--json');
  expect(alone.invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(alone.stderr).toContain('--json goes with a verb');
});

test.each(['start', 'restart'])('%s is no verb, and what does it is said', (word) => {
  const { invocation, stderr } = read(word);
  expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(stderr).toContain('berth --headless');
  expect(stderr).toContain('berth service install');
});

test.each([
  ['down', 'berth stop'],
  ['delete', 'berth rm HOST'],
  ['pause', 'berth set HOST --pause'],
  ['update', 'berth set HOST --backend URL'],
  ['show', 'berth health HOST'],
  ['tail', 'berth logs -f'],
  ['diagnose', 'berth doctor'],
  ['docker', 'berth containers'],
  ['dashboard', 'berth open'],
  ['settings', 'berth config get'],
  ['cert', 'berth trust'],
  ['dns', 'berth names'],
  ['uninstall', 'berth setup --undo'],
])('%s, which other tools have, leads to %s', (word, meant) => {
  const { invocation, stderr } = read(word);
  expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(stderr).toContain(meant);
  expect(stderr).not.toContain('Did you mean');
});

test.each([
  [['trust', 'status'], "'status' is too much", 'Did you mean berth trust --status?'],
  [['setup', 'undo'], "'undo' is too much", 'Did you mean berth setup --undo?'],
  [['trust', '--undo'], "unknown option '--undo'", 'That is berth untrust.'],
  [['doctor', '--fix'], "unknown option '--fix'", 'the Doctor of berth open has a button'],
])('%j leads to what was meant', (argv, complaint, meant) => {
  const { invocation, stderr } = read(...argv);
  expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(stderr).toContain(complaint);
  expect(stderr).toContain(meant);
});

test('what a guess leads to is there', () => {
  for (const verb of [
    'stop',
    'rm',
    'set',
    'add',
    'hosts',
    'health',
    'status',
    'logs',
    'lint',
    'open',
  ]) {
    expect(read(verb, '--help').stdout).toContain(`Usage: berth ${verb}`);
  }
  expect(read('config', 'get', '--help').stdout).toContain('Usage: berth config get');
});

test('logs of one host are asked for by a filter, and whoever names it is told', () => {
  const { invocation, stderr } = read('logs', 'app.localhost');
  expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
  expect(stderr).toContain('berth logs --filter host:app.localhost');
});

test.each([
  [['add', 'a b', '3000'], "host 'a b' is not a host name, *.domain or *."],
  [['add', 'a.localhost', '99999'], "url '99999' has no usable port: ports go from 1 to 65535."],
  [['completion', 'tcsh'], "'tcsh' is no shell. Allowed choices are bash, zsh, fish, powershell."],
])('a word that is not valid is said once: %j', (argv, complaint) => {
  expect(read(...argv).stderr).toContain(`berth: ${complaint}\n`);
});

test('what starts an instance does not go with a verb', () => {
  for (const argv of [
    ['--headless', 'hosts'],
    ['-d', 'hosts'],
    ['-c', 'x.json', 'config', 'path'],
  ]) {
    const { invocation, stderr } = read(...argv);
    expect(invocation).toEqual({ kind: 'done', exitCode: 2 });
    expect(stderr).toMatch(/^berth: --\w+ starts an instance, and does not go with '/);
  }
});
