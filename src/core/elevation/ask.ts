import { scriptWord, shellWord } from '../../shared/shellWord.ts';
import { literal } from './powershellScript.ts';
import type { Argv } from './step.ts';
import type { ElevationWay } from './way.ts';

/** What starts a script with the rights of an administrator. */
export function askFor(way: Exclude<ElevationWay, 'none'>, script: string): Argv {
  const sh = ['sh', script] as const;
  switch (way) {
    case 'direct':
      return sh;
    case 'sudo':
      return ['sudo', '--', ...sh];
    case 'pkexec':
      return ['pkexec', ...sh];
    case 'osascript': {
      const command = sh.map(scriptWord).join(' ');
      const prompt = 'Berth changes how names are found or whom this machine trusts.';
      return [
        'osascript',
        '-e',
        `do shell script ${appleText(command)} with prompt ${appleText(prompt)} with administrator privileges`,
      ];
    }
    case 'powershell': {
      const run = powershellArguments(script).map(literal).join(',');
      return powershell(
        `$p = Start-Process -FilePath powershell.exe -Verb RunAs -Wait -PassThru -WindowStyle Hidden -ArgumentList ${run}; exit $p.ExitCode`,
      );
    }
  }
}

/** A script of PowerShell, started by who has the rights. */
export const powershellFile = (script: string): Argv => [
  'powershell.exe',
  ...powershellArguments(script),
];

const powershellArguments = (script: string): readonly string[] => [
  '-NoProfile',
  '-NonInteractive',
  '-ExecutionPolicy',
  'Bypass',
  '-File',
  `"${script}"`,
];

export const powershell = (command: string): Argv => [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  command,
];

const appleText = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** What a person types to have a script run. */
export const commandLine = (platform: NodeJS.Platform, script: string): string =>
  platform === 'win32'
    ? `${powershellFile(script).join(' ')} (in a PowerShell that was started as administrator)`
    : `sudo sh ${shellWord(script)}`;
