import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describeWith } from '../support/requirement.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const script = 'build/installed/uninstall.nsh';

test('the uninstaller of Windows takes back what was set up, but not for an update, and asks nobody in silence', async () => {
  const lines = (await readFile(script, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replaceAll(/\$\{(\w+)\}/g, '<$1>'));
  expect(lines).toEqual([
    '!macro customUnInstall',
    '<ifNot> <isUpdated>',
    '<if> <Silent>',
    `System::Call 'kernel32::SetEnvironmentVariable(t "CI", t "1")'`,
    '<endIf>',
    `System::Call 'kernel32::SetEnvironmentVariable(t "ELECTRON_RUN_AS_NODE", t "1")'`,
    `nsExec::ExecToLog /TIMEOUT=600000 '"$INSTDIR\\Berth.exe" "$INSTDIR\\resources\\app.asar\\dist\\cli.cjs" setup --undo'`,
    'Pop $0',
    `System::Call 'kernel32::SetEnvironmentVariable(t "ELECTRON_RUN_AS_NODE", t "")'`,
    '<if> $0 != 0',
    expect.stringMatching(/^DetailPrint "What Berth has told this machine may be there still/),
    '<endIf>',
    '<endIf>',
    '!macroend',
  ]);
});

describeWith('makensis', 'the compiler of NSIS', () => {
  test('takes it, as a part of an uninstaller', async () => {
    await using work = await temporaryDirectory();
    const whole = join(work.path, 'whole.nsi');
    const made = join(work.path, 'made.exe');
    const lines = [
      'Unicode true',
      '!include LogicLib.nsh',
      'Name test',
      `OutFile ${made}`,
      'InstallDir $TEMP\\test',
      // As electron-builder makes it of its flag.
      '!macro _isUpdated _a _b _t _f',
      `  StrCmp "$9" "true" ${'$'}{_t} ${'$'}{_f}`,
      '!macroend',
      '!define isUpdated `"" isUpdated ""`',
      `!include ${resolve(script)}`,
      'Section one',
      '  WriteUninstaller $INSTDIR\\un.exe',
      'SectionEnd',
      'Section un.one',
      '  !insertmacro customUnInstall',
      'SectionEnd',
    ];
    await writeFile(whole, `${lines.join('\n')}\n`);
    await promisify(execFile)('makensis', ['-V2', '-WX', whole]);
    expect((await stat(made)).size).toBeGreaterThan(10_000);
  });
});
