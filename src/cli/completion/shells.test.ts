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
  expect(completionScripts.powershell).toMatchInlineSnapshot(`
    "# PowerShell completion for berth
    Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {
      param($wordToComplete, $commandAst, $cursorPosition)
      $given = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        Select-Object -Skip 1 |
        ForEach-Object { $_.ToString() })
      # An empty word would get lost on its way to a program.
      if ($wordToComplete -eq '') { $given += '""' }
      & berth __complete -- @given 2>$null | ForEach-Object {
        $word, $about = $_ -split [char]9, 2
        if (-not $about) { $about = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
      }
    }
    "
  `);
});
