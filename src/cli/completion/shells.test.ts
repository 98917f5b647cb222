import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { completionScripts, shells } from './shells.ts';

test.each(shells)('berth completion %s prints the script alone', async (shell) => {
  const ran = await runCli(['completion', shell]);
  expect(ran).toMatchObject({ exitCode: 0, stderr: '', stdout: completionScripts[shell] });
  expect(ran.stdout).toContain('__complete -- ');
  expect(ran.stdout.endsWith('\n')).toBe(true);
});

test('a shell that there is none for is refused', async () => {
  const ran = await runCli(['completion', 'csh']);
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expect(ran.stderr).toContain('bash, zsh, fish, powershell');
});

test('the script of PowerShell is as it was when it was tried', () => {
  const digest = createHash('sha256').update(completionScripts.powershell).digest('hex');
  expect(digest).toBe('1780fd937484f8f0d301a7192a55b286de364757a8be5911619cbe81cb03e4f3');
});
