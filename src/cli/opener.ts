/** A program that opens an address, which comes as its last argument. */
export interface Opener {
  readonly program: string;
  readonly argv: readonly string[];
}

/** The platform's own; null where there is no desktop to open a browser on. */
export function openerFor(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Opener | null {
  switch (platform) {
    case 'darwin':
      return { program: 'open', argv: [] };
    case 'win32':
      // Not `start`: cmd would read an & of the address as the end of the command.
      return { program: 'rundll32', argv: ['url.dll,FileProtocolHandler'] };
    default:
      if (isWsl({ platform, env })) {
        return { program: 'rundll32.exe', argv: ['url.dll,FileProtocolHandler'] };
      }
      return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? { program: 'xdg-open', argv: [] } : null;
  }
}

/** Whether Windows is beside this Linux, with its browser. */
export const isWsl = ({
  platform,
  env,
}: {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}): boolean => platform === 'linux' && Boolean(env['WSL_DISTRO_NAME']);
