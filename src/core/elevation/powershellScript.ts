import { win32 } from 'node:path';
import { changedLine, doneLine, type Script, type StagedFile } from './shellScript.ts';
import type { FileChange, Step } from './step.ts';

/** Where an elevated PowerShell leaves its lines: its output reaches nobody. */
export const linesFile = 'lines.txt';

/** The same as `shellScript`, for PowerShell 5.1 and later. */
export function powershellScript(steps: readonly Step[], directory: string): Script {
  const files: StagedFile[] = [];
  const stage = (name: string, data: Buffer): string => {
    files.push({ name, data });
    return literal(win32.join(directory, name));
  };
  const say = (line: string): string =>
    `Add-Content -LiteralPath ${literal(win32.join(directory, linesFile))} -Value ${literal(line)}`;
  const parts = steps.map((step, at) => {
    const body =
      'file' in step
        ? fileLines(step.file, at, stage, say)
        : [
            `& ${step.command.map(literal).join(' ')}`,
            ...(step.mayFail ? [] : ['if (-not $?) { exit 1 }']),
          ];
    return [`# ${step.says.replaceAll(/[\r\n]/g, ' ')}`, ...body, say(doneLine(at))];
  });
  const text = ["$ErrorActionPreference = 'Stop'", ...parts.flat(), ''].join('\r\n');
  return { text: `${utf8Mark}${text}`, files };
}

/** Without it, PowerShell 5.1 reads a script as the machine's own code page has it. */
const utf8Mark = '\ufeff';

/** A word in single quotes, in which PowerShell reads nothing. It takes the curved ones for the same. */
export const literal = (text: string): string => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;

function fileLines(
  { path, before, after, emptied }: FileChange,
  at: number,
  stage: (name: string, data: Buffer) => string,
  say: (line: string) => string,
): readonly string[] {
  const target = literal(path);
  const leave = `{ ${say(changedLine(at))}; exit 1 }`;
  const bytes = (file: string): string =>
    `[Convert]::ToBase64String([IO.File]::ReadAllBytes(${file}))`;
  const same =
    before === null
      ? `if (Test-Path -LiteralPath ${target}) ${leave}`
      : `if (${bytes(stage(`${at}.before`, before))} -cne ${bytes(target)}) ${leave}`;
  if (after === null) {
    return [
      same,
      `Remove-Item -LiteralPath ${target}`,
      ...(emptied === undefined
        ? []
        : [
            `if (-not (Get-ChildItem -LiteralPath ${literal(emptied)})) { Remove-Item -LiteralPath ${literal(emptied)} }`,
          ]),
    ];
  }
  const source = stage(`${at}.after`, after);
  return [
    same,
    ...(before === null
      ? [
          `New-Item -ItemType Directory -Force -Path ${literal(win32.dirname(path))} | Out-Null`,
          `Copy-Item -LiteralPath ${source} -Destination ${target}`,
        ]
      : // In place: its rights, which others depend on, stay.
        [`[IO.File]::WriteAllBytes(${target}, [IO.File]::ReadAllBytes(${source}))`]),
  ];
}
