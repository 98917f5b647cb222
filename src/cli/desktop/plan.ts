import { join } from 'node:path';

/** What it depends on whether a window can be shown. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** The program that runs this, and whether it is Electron doing Node's work, as in an installed desktop app. */
  readonly execPath: string;
  readonly isElectron: boolean;
  /** Directory of Berth itself: it has `dist` and package.json. */
  readonly root: string;
  /** Directory of the electron package; null where it is not installed. */
  readonly electronPackage: string | null;
  exists(path: string): boolean;
  /** Null where it cannot be read. */
  readText(path: string): string | null;
  /** Whether a file runs as root, whoever starts it. */
  isSetuidRoot(path: string): boolean;
}

/** How the desktop is started, or why it is not. */
export type DesktopPlan =
  | { readonly kind: 'start'; readonly program: string; readonly argv: readonly string[] }
  /** Electron's program is fetched first, by a script of its package. */
  | { readonly kind: 'fetch'; readonly script: string }
  | { readonly kind: 'none'; readonly why: string };

/** Decides whether the desktop can open here. Never takes Electron's sandbox away. */
export function planDesktop(here: Surroundings): DesktopPlan {
  const { env, platform, root } = here;
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return none('there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)');
  }
  if (platform === 'linux' && here.isRoot && !env['ELECTRON_DISABLE_SANDBOX']) {
    return none(
      'as root Electron has no sandbox; start berth as a user, or allow it with ELECTRON_DISABLE_SANDBOX=1',
    );
  }
  // An installed app is its own Electron, and its package has seen to the sandbox.
  if (here.isElectron) return { kind: 'start', program: here.execPath, argv: [] };
  const found = findElectron(here);
  if (found.kind !== 'found') return found;
  const lack = sandboxLack(here, found.directory);
  return lack === null ? { kind: 'start', program: found.program, argv: [root] } : none(lack);
}

const none = (why: string) => ({ kind: 'none', why }) as const;

function findElectron({ env, platform, electronPackage, exists }: Surroundings) {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const directory = override || (electronPackage === null ? null : join(electronPackage, 'dist'));
  if (directory === null) return none('this installation comes without the electron package');
  const program = join(directory, executables[platform] ?? 'electron');
  if (exists(program)) return { kind: 'found', program, directory } as const;
  if (override) return none(`ELECTRON_OVERRIDE_DIST_PATH is ${override}, which holds no Electron`);
  if (electronPackage === null || env['ELECTRON_SKIP_BINARY_DOWNLOAD']) {
    return none(
      "Electron's program was not fetched yet; npx install-electron does that (some 100 MB)",
    );
  }
  return { kind: 'fetch', script: join(electronPackage, 'install.js') } as const;
}

const executables: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** Why Chromium would refuse to start, for want of a sandbox; null where it has one. */
function sandboxLack(here: Surroundings, directory: string): string | null {
  if (here.platform !== 'linux' || here.isRoot || here.env['ELECTRON_DISABLE_SANDBOX']) return null;
  const setting = (name: string): string | undefined => here.readText(`/proc/sys/${name}`)?.trim();
  const restricted =
    setting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    setting('kernel/unprivileged_userns_clone') === '0' ||
    setting('user/max_user_namespaces') === '0';
  const helper = join(directory, 'chrome-sandbox');
  if (!restricted || here.isSetuidRoot(helper)) return null;
  return `this system keeps user namespaces from Electron's sandbox; sudo chown root:root ${helper} && sudo chmod 4755 ${helper} lets it have one`;
}
