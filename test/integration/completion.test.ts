import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completionScripts } from '../../src/cli/completion/shells.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { describeWith } from '../support/requirement.ts';
import { runVerb } from '../support/verb.ts';

/* The completion scripts in real shells, which ask a real instance. */

let berth: BerthProcess;
let bin: string;
const backend = 'http://127.0.0.1:3000';

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'berth-bin-'));
  const launcher = `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.cjs')}" "$@"\n`;
  await writeFile(join(bin, 'berth'), launcher);
  await chmod(join(bin, 'berth'), 0o755);
  berth = await startBerth();
  await runVerb(berth.home, ['add', 'app.localhost', backend]);
  await runVerb(berth.home, ['add', '*.wild.localhost', backend]);
});
afterAll(async () => {
  await berth[Symbol.asyncDispose]();
  await rm(bin, { recursive: true });
});

const run = promisify(execFile);

/** What a shell prints, line by line. */
async function lines(shell: string, argv: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await run(shell, argv, {
    cwd: bin,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      HOME: bin,
      BERTH_HOME: berth.home,
      TERM: 'dumb',
    },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describeWith('bash', 'the completion of bash', () => {
  const complete = (line: string) =>
    lines('bash', [
      '--norc',
      '-c',
      `source <(berth completion bash)
COMP_LINE=$1 COMP_POINT=\${#1}
_berth_complete berth
printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      line,
    ]);

  it('is registered for berth', async () => {
    const argv = ['--norc', '-c', 'source <(berth completion bash); complete -p berth'];
    expect(await lines('bash', argv)).toEqual(['complete -o default -F _berth_complete berth']);
  });

  it.each([
    ['berth he', ['health']],
    ['berth health ', ['check', 'drain', 'revive', '\\*.wild.localhost', 'app.localhost']],
    ['berth set app.localhost --pol', ['--policy']],
    ['berth rm ap', ['app.localhost']],
    // Readline takes only what stands behind the last colon for the word.
    ['berth rm app.localhost http:', ['//127.0.0.1:3000']],
    ['berth nonsense ', []],
  ])('%j', async (line, expected) => {
    expect([...(await complete(line))].sort()).toEqual([...expected].sort());
  });
});

describeWith('zsh', 'the completion of zsh', () => {
  // Outside of its line editor, zsh has neither words to complete nor a list to show.
  const complete = (...words: readonly string[]) =>
    lines('zsh', [
      '-f',
      '-c',
      `compdef() { }
source <(berth completion zsh)
_describe() { print -rl -- \${(P)2} }
_files() { print -r -- '(files)' }
words=("$@")
CURRENT=$#
_berth`,
      'zsh',
      ...words,
    ]);

  it('is registered for berth, with compinit before it', async () => {
    const script =
      'autoload -Uz compinit && compinit -u -D; source <(berth completion zsh); print -r -- $_comps[berth]';
    expect(await lines('zsh', ['-f', '-c', script])).toEqual(['_berth']);
  });

  it.each([
    [['berth', 'he'], ['health:show which backends are up or down, and why']],
    [['berth', 'rm', 'ap'], [`app.localhost:${backend}`]],
    [['berth', 'rm', 'app.localhost', 'ht'], ['http\\://127.0.0.1\\:3000:backend']],
    [['berth', 'config', 'validate', ''], ['(files)']],
  ])('%j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });
});

describeWith('fish', 'the completion of fish', () => {
  const complete = (line: string) =>
    lines('fish', [
      '--no-config',
      '-c',
      'berth completion fish | source; complete -C $argv[1]',
      line,
    ]);

  it.each([
    ['berth he', ['health\tshow which backends are up or down, and why']],
    ['berth rm ap', [`app.localhost\t${backend}`]],
    ['berth set app.localhost --redirect-https ', ['off', 'on']],
    ['berth nonsense ', []],
  ])('%j', async (line, expected) => {
    const found = await complete(line);
    expect(found.map((one) => one.replace(/^(on|off)\t.*/, '$1')).sort()).toEqual(expected);
  });
});

describeWith('pwsh', 'the completion of PowerShell', () => {
  it('is a script without a syntax error', async () => {
    const file = join(bin, 'berth.ps1');
    await writeFile(file, completionScripts.powershell);
    const script = `$problems = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$problems); $problems`;
    expect(await lines('pwsh', ['-NoProfile', '-Command', script])).toEqual([]);
  });
});
