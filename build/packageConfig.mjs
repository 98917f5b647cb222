import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { external } from './external.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** For fpm: a file, and where it is installed. */
const inPath = `${join(root, 'build', 'installed', 'berth-in-path')}=/usr/bin/berth`;

/** For fpm: what takes back what the machine was told, before a removal. What is done after one stays electron-builder's own. */
const beforeRemove = `--before-remove=${join(root, 'build', 'installed', 'before-remove')}`;

/**
 * What electron-builder makes of this checkout.
 *
 * @param output directory for packages
 * @param icons directory that icons.mjs filled
 * @param electron a directory with an unpacked Electron and its version; null lets electron-builder fetch that of the
 *   electron package
 * @param updates address under which releases are published, for the app to look at; null for packages that do not
 *   update themselves
 * @param maker where the project is at home on the web, and whom to write to (`Name <name@host>`): deb and rpm have to
 *   say it; null for what nobody said
 * @param compression 'normal', or 'store' for packages that are made quickly
 */
export function packageConfig({ output, icons, electron, updates, compression, maker }) {
  return {
    appId: 'dev.berth.desktop',
    productName: 'Berth',
    copyright: 'MIT License',
    directories: { output, buildResources: 'build/installed' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills them in
    artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
    ...(electron === null
      ? {}
      : { electronDist: electron.directory, electronVersion: electron.version }),
    asar: true,
    compression,
    files: ['package.json', 'LICENSE', 'dist/**', '!**/*.map', ...modulesCarried()],
    extraResources: ['docs', 'README.md', 'CHANGELOG.md', 'LICENSE'],
    // Which modules go along is said above: nothing is to be installed, rebuilt or looked for.
    beforeBuild: async () => false,
    electronLanguages: ['en-US', 'en'],
    protocols: [{ name: 'Berth', schemes: ['berth'] }],
    extraMetadata: maker.homepage === null ? {} : { homepage: maker.homepage },
    publish: updates === null ? null : { provider: 'generic', url: updates },
    electronFuses: {
      // Supervisor and workers are this program at Node's work: fork and cluster need it.
      runAsNode: true,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      // An Electron before 29 does not have it.
      ...(electron === null || Number.parseInt(electron.version, 10) >= 29
        ? { grantFileProtocolExtraPrivileges: false }
        : {}),
    },
    afterPack: async ({ appOutDir, packager }) => {
      // They belong to Electron as it comes, not to an app.
      await rm(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
      await rm(join(appOutDir, 'version'), { force: true });
    },
    linux: {
      target: ['AppImage', 'deb', 'rpm'],
      icon: join(icons, 'linux'),
      // `berth` is the command line.
      executableName: 'berth-desktop',
      category: 'Development',
      packageCategory: 'devel',
      ...(maker.maintainer === null ? {} : { maintainer: maker.maintainer }),
      vendor: 'Berth',
      synopsis: 'Named local hosts for every dev server and container',
      extraResources: [{ from: 'build/installed/berth', to: 'bin/berth' }],
      desktop: {
        entry: {
          StartupWMClass: 'Berth',
          Keywords: 'proxy;localhost;hosts;docker;hipache;',
        },
      },
    },
    deb: { fpm: [beforeRemove, inPath] },
    rpm: { fpm: [beforeRemove, inPath] },
    mac: {
      target: ['dmg', 'zip'],
      icon: join(icons, 'mac.png'),
      category: 'public.app-category.developer-tools',
      darkModeSupport: true,
      hardenedRuntime: true,
      extraResources: [{ from: 'build/installed/berth', to: 'bin/berth' }],
    },
    win: {
      target: ['nsis'],
      icon: join(icons, 'windows.ico'),
      extraResources: [{ from: 'build/installed/berth.cmd', to: 'bin/berth.cmd' }],
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      include: join(root, 'build', 'installed', 'uninstall.nsh'),
    },
  };
}

/** The dependencies that are loaded at run time and what these need, without what is only for their makers. */
const modulesCarried = () =>
  Array.from(closure(external), (directory) => relative(root, directory).replaceAll(sep, '/'))
    .sort()
    .map((place) => ({
      from: place,
      to: place,
      filter: ['**/*', '!node_modules/**', `!**/${forMakers}`, '!**/*.{ts,mts,cts,map,sketch}'],
    }));

const forMakers = '{test,tests,__tests__,example,examples,.*,codecov.yml,eslint.config.*}{,/**}';

/** Directories of packages and of all that they depend on. */
function closure(names) {
  const found = new Set();
  const visit = (name, from) => {
    const directory = directoryOf(name, from);
    if (directory === null || found.has(directory)) return;
    found.add(directory);
    for (const next of Object.keys(describe(directory).dependencies ?? {})) visit(next, directory);
  };
  for (const name of names) visit(name, root);
  return found;
}

/** Where a package is for one that asks from a directory, as Node looks for it; null where it is not installed. */
function directoryOf(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const has = (modules) => existsSync(join(modules, name, 'package.json'));
  const modules = places.find(has);
  return modules === undefined ? null : join(modules, name);
}

const describe = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
