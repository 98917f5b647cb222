/** How a process gets the rights of an administrator for a moment. */
export type ElevationWay =
  /** It has them. */
  | 'direct'
  /** A question on the terminal. */
  | 'sudo'
  /** A question in a window. */
  | 'pkexec'
  | 'osascript'
  | 'powershell'
  /** Nobody can be asked: the command is printed, for a person to run. */
  | 'none';

export interface ElevationFacts {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Whether a person sits at a terminal of this process, and may be asked there. */
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether there is such a program. */
  readonly has: (program: string) => boolean;
}

/** Decides how. Nobody is asked without a terminal or a screen, nor in CI. */
export function elevationWay(facts: ElevationFacts): ElevationWay {
  const { platform, isRoot, isTerminal, env, has } = facts;
  if (isRoot) return 'direct';
  if (env['CI']) return 'none';
  if (platform === 'win32') return 'powershell';
  if (isTerminal && has('sudo')) return 'sudo';
  // Over SSH the window would open in front of nobody.
  if (env['SSH_CONNECTION']) return 'none';
  if (platform === 'darwin') return 'osascript';
  const hasScreen = Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  return hasScreen && has('pkexec') ? 'pkexec' : 'none';
}
