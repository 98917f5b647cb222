import { z } from 'zod';
import { BerthError } from '../../shared/errors.ts';

/** What the system is to keep running. Every path is absolute. */
export interface ServiceSpec {
  readonly node: string;
  /** What Node runs: bin/berth of a checkout, or the installed command. */
  readonly program: string;
  /** Null: without a file, with the defaults. */
  readonly config: string | null;
  /** BERTH_HOME; null where it was not set. */
  readonly home: string | null;
  /** Where it is started: relative paths of a configuration begin there. */
  readonly directory: string;
}

/** Names of the service, as each system has them. */
export const serviceNames = {
  systemd: 'berth.service',
  launchd: 'local.berth',
  windows: 'Berth',
} as const;

export const description = 'Berth, names for local servers';

/** The words that start it. */
export const argvOf = ({ node, program, config }: ServiceSpec): readonly string[] => [
  node,
  program,
  '--headless',
  ...(config === null ? [] : ['--config', config]),
];

const stored = z.object({
  node: z.string(),
  program: z.string(),
  config: z.string().nullable(),
  home: z.string().nullable(),
  directory: z.string(),
});

const mark = 'berth-service: ';

/** A line for a comment of the file, from which `readMark` has the options again. No comment can end in it. */
export function writeMark(spec: ServiceSpec): string {
  const { node, program, config, home, directory } = spec;
  const text = JSON.stringify({ node, program, config, home, directory });
  // XML allows no -- in a comment, and what is not ASCII need not survive every editor.
  return (
    mark +
    text
      .replaceAll('--', '-\\u002d')
      .replace(
        /[^\x20-\x7e]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
  );
}

/** The options that a file was made with; null for one that somebody else made. */
export function readMark(text: string): ServiceSpec | null {
  const found = /berth-service: (\{.*\})/.exec(text)?.[1];
  if (found === undefined) return null;
  try {
    return stored.parse(JSON.parse(found));
  } catch {
    return null;
  }
}

/**
 * Refuses what would not survive a file of lines.
 *
 * @throws BerthError BERTH_INPUT_INVALID
 */
export function requirePlain(spec: ServiceSpec): void {
  for (const [what, path] of Object.entries(spec)) {
    if (typeof path === 'string' && /[\u0000-\u001f\u007f]/.test(path)) {
      throw new BerthError('BERTH_INPUT_INVALID', `${what} has a control character in its path`);
    }
  }
}
