import type { TrustStep } from '../../shared/contract/trust.ts';
import { shellWord } from '../../shared/shellWord.ts';
import type { Step } from '../elevation/step.ts';

/**
 * A step as a person types it into a terminal of this platform.
 *
 * @param certificate path of the CA's PEM file, for a step that writes what it holds
 */
export function shownStep(
  step: Step,
  platform: NodeJS.Platform,
  certificate: string | null,
): TrustStep {
  const { says, needsRoot } = step;
  const line = argvOf(step, certificate)
    .map(platform === 'win32' ? windowsWord : word)
    .join(' ');
  // Windows has no word for it: such a line goes into a terminal of an administrator.
  return { says, needsRoot, command: needsRoot && platform !== 'win32' ? `sudo ${line}` : line };
}

function argvOf(step: Step, certificate: string | null): readonly string[] {
  if ('command' in step) return step.command;
  const { path, after } = step.file;
  if (after === null) return ['rm', '-f', path];
  return ['install', '-D', '-m', '0644', certificate ?? path, path];
}

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : shellWord(text));

const windowsWord = (text: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
