import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A directory with the launcher and whatever else a test puts beside it. */
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-launcher-'));
  await cp('bin', join(root, 'bin'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const put = async (name: string, content: string): Promise<void> => {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), content);
};
const age = (name: string, seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  return utimes(join(root, name), then, then);
};

async function launch(argv: readonly string[] = [], nodeOptions: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, join(root, 'bin', 'berth'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  return { exitCode, stdout, stderr, pid: child.pid };
}

const program = 'console.log(JSON.stringify({ pid: process.pid, argv: process.argv.slice(2) }))';
/** A build that writes the program, and that it ran. */
const bundle = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('dist', { recursive: true });
writeFileSync('dist/cli.cjs', ${JSON.stringify(program)});
console.log('built');
`;

describe('installed', () => {
  test('it runs what was shipped, in its own process, with its own arguments', async () => {
    await put('dist/cli.cjs', program);
    const { exitCode, stdout, stderr, pid } = await launch(['--dry', '-c', 'x']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ pid, argv: ['--dry', '-c', 'x'] });
    expect(stderr).toBe('');
  });

  test('without its program it says so in one sentence', async () => {
    const { exitCode, stderr } = await launch();
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `berth: ${join(root, 'dist', 'cli.cjs')} is missing; install Berth again\n`,
    );
  });

  test('an old Node is told what is needed', async () => {
    await put('dist/cli.cjs', program);
    await put(
      'old.cjs',
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });
       Object.defineProperty(process, 'version', { value: 'v18.20.0' });`,
    );
    expect(await launch([], ['--require', join(root, 'old.cjs')])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'berth: Node 20.19 or later is needed; this is v18.20.0\n',
    });
  });

  test("SIGUSR1 before the program listens does not open Node's debugger", async () => {
    await put(
      'dist/cli.cjs',
      `process.kill(process.pid, 'SIGUSR1');
       setTimeout(() => console.log(String(require('node:inspector').url())), 300);`,
    );
    expect(await launch()).toMatchObject({ exitCode: 0, stdout: 'undefined\n', stderr: '' });
  });
});

describe('in a checkout', () => {
  beforeEach(async () => {
    await put('src/cli/index.ts', '');
    await put('build/bundle.mjs', bundle);
  });
  const addEsbuild = () => put('node_modules/esbuild/index.js', '');

  test('without packages it says how to get them', async () => {
    expect(await launch()).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'berth: this checkout has no packages yet; run: npm ci\n',
    });
  });

  test('it builds what is missing; what the build says is no data', async () => {
    await addEsbuild();
    const { exitCode, stdout, stderr, pid } = await launch();
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pid });
    expect(stderr).toBe('berth: building\nbuilt\n');
  });

  test('it builds again only when a source is newer', async () => {
    await addEsbuild();
    await launch();
    expect((await launch()).stderr).toBe('');
    await age('dist/cli.cjs', 60);
    expect((await launch()).stderr).toContain('building');
    await age('dist/cli.cjs', 60);
    await age('src/cli/index.ts', 120);
    await age('build/bundle.mjs', 120);
    await put('src/cli/index.test.ts', '');
    expect((await launch()).stderr).toBe('');
    await put('src/shared/new.ts', '');
    expect((await launch()).stderr).toContain('building');
  });

  test('that cannot be written it names the directory and what to do', async () => {
    await addEsbuild();
    await put(
      'closed.cjs',
      `require('node:fs').accessSync = () => { throw new Error('EROFS: read-only file system'); };`,
    );
    expect(await launch([], ['--require', join(root, 'closed.cjs')])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `berth: ${root} cannot be written, and dist/ is missing or older than the sources; run there as its owner: npm run build\n`,
    });
  });

  test('a build that fails is said', async () => {
    await addEsbuild();
    await put('build/bundle.mjs', 'throw new Error("no such entry")');
    const { exitCode, stderr } = await launch();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no such entry');
    expect(stderr.endsWith('berth: the build failed\n')).toBe(true);
  });
});
