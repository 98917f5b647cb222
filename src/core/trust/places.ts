import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { anchorsStore } from './anchors.ts';
import { firefoxProfiles } from './firefoxProfiles.ts';
import { keychainStore } from './keychain.ts';
import { distributionIds, familyOf, getCertutil } from './linuxFamily.ts';
import type { Machine } from './machine.ts';
import { type NssInputs, nssStore } from './nss.ts';
import { type Entry, type TrustStore, unusable } from './store.ts';
import { windowsRootStore } from './windowsRoot.ts';

/**
 * The stores of this machine and this user, whether they can be used or not. Each is looked for by itself: one that is
 * missing hides no other.
 *
 * @param keptAt where the PEM file of an entry of ours is kept
 */
export async function findStores(
  machine: Machine,
  keptAt: (entry: Entry) => string,
): Promise<readonly TrustStore[]> {
  switch (machine.platform) {
    case 'linux':
      return await linuxStores(machine);
    case 'darwin':
      return await macStores(machine, keptAt);
    case 'win32':
      return (['user', 'machine'] as const).map((kind) =>
        windowsRootStore({ kind, run: machine.run }),
      );
    default:
      return [unusable('system', 'System', `nothing is known of ${machine.platform} here`)];
  }
}

/** A part of a message to who runs all of it as root, with the home of a user. */
const withoutSudo = 'this is root in the home of another user: run it again without sudo';

async function linuxStores(machine: Machine): Promise<readonly TrustStore[]> {
  const { root, home } = machine;
  const osRelease = await firstText([`${root}/etc/os-release`, `${root}/usr/lib/os-release`]);
  const ids = distributionIds(osRelease);
  const hint = `certutil of NSS is not here; get it with "${getCertutil(ids)}"`;
  const browsers = (await isForeignHome(machine))
    ? [unusable('chromium', 'Chromium, Chrome and Firefox', withoutSudo, { isThere: true })]
    : await browserStores(machine, hint, [
        ...chromiumPlaces(machine),
        ...(await firefoxPlaces(linuxFirefox(home, machine.env))),
      ]);
  return [await systemStore(machine, ids), ...browsers];
}

async function systemStore(machine: Machine, ids: readonly string[]): Promise<TrustStore> {
  const { root, locate } = machine;
  if (ids.includes('nixos')) {
    return unusable(
      'system',
      'System (NixOS)',
      'NixOS has it in its configuration: add the CA certificate to security.pki.certificateFiles',
    );
  }
  const family = familyOf({
    ids,
    hasDirectory: (path) => existsSync(`${root}${path}`),
    has: (program) => locate(program) !== null,
  });
  const program = family === null ? null : locate(family.update[0]);
  if (family === null || program === null) {
    return unusable(
      'system',
      'System',
      'neither update-ca-certificates nor update-ca-trust is here; install the package ca-certificates',
    );
  }
  const [, ...rest] = family.update;
  return anchorsStore({
    family,
    root,
    update: [program, ...rest],
    takesConfiguration: (await firstText([program])).includes('--certsconf'),
    rewritten: family.rewritten.map((path) => `${root}${path}`).filter((path) => existsSync(path)),
    making: missingAbove(`${root}${family.directory}`),
  });
}

async function macStores(
  machine: Machine,
  keptAt: (entry: Entry) => string,
): Promise<readonly TrustStore[]> {
  const { home, run } = machine;
  const hint = 'certutil of NSS is not here; get it with "brew install nss"';
  const profiles = await firefoxPlaces([
    { id: 'firefox', title: 'Firefox', base: join(home, 'Library/Application Support/Firefox') },
  ]);
  return [
    keychainStore({ kind: 'system', path: '/Library/Keychains/System.keychain', keptAt, run }),
    keychainStore({
      kind: 'login',
      path: join(home, 'Library/Keychains/login.keychain-db'),
      keptAt,
      run,
    }),
    ...(await browserStores(machine, hint, profiles)),
  ];
}

/** Where a browser on NSS has a database, or would have one. */
type Place = Pick<NssInputs, 'id' | 'title' | 'directory' | 'making' | 'isThere' | 'isChromium'> & {
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
};

async function browserStores(
  machine: Machine,
  hint: string,
  places: readonly Place[],
): Promise<readonly TrustStore[]> {
  const certutil = machine.locate('certutil');
  return await Promise.all(
    places.map(async ({ problem, ...place }) => {
      const { id, title, isThere, directory } = place;
      if (problem !== null) return unusable(id, title, problem);
      if (certutil === null) return unusable(id, title, hint, { isThere });
      const users = isThere ? await machine.usersOf([join(directory, 'cert9.db')]) : [];
      const remark = users.length === 0 ? '' : `${users.join(', ')} sees a change after a restart`;
      return nssStore({ ...place, certutil, run: machine.run, remark });
    }),
  );
}

/**
 * Chromium and its kin go by `~/.pki/nssdb` where that is there, and newer ones else by one under XDG_DATA_HOME. So the
 * first is made only where there is neither: it would hide what the other holds.
 */
function chromiumPlaces({ home, env }: Machine): readonly Place[] {
  const own = join(home, '.pki/nssdb');
  const data = env['XDG_DATA_HOME']?.startsWith('/')
    ? env['XDG_DATA_HOME']
    : join(home, '.local/share');
  const newer = join(data, 'pki/nssdb');
  const chromium = (id: string, title: string, directory: string): Place => ({
    id,
    title,
    directory,
    making: missingAbove(directory),
    isThere: hasDatabase(directory),
    isChromium: true,
    problem: null,
  });
  const title = 'Chromium, Chrome';
  const flatpaks = namesIn(join(home, '.var/app'))
    .map((app) => ({ app, directory: join(home, '.var/app', app, '.pki/nssdb') }))
    .filter(({ directory }) => hasDatabase(directory));
  return [
    ...(hasDatabase(own) || !hasDatabase(newer) ? [chromium('chromium', title, own)] : []),
    ...(hasDatabase(newer) ? [chromium('chromium:xdg', `${title} (XDG)`, newer)] : []),
    ...(existsSync(join(home, 'snap/chromium/current'))
      ? [
          chromium(
            'chromium:snap',
            'Chromium (snap)',
            join(home, 'snap/chromium/current/.pki/nssdb'),
          ),
        ]
      : []),
    ...flatpaks.map(({ app, directory }) =>
      chromium(`chromium:${app}`, `${app} (flatpak)`, directory),
    ),
  ];
}

interface FirefoxBase {
  readonly id: string;
  readonly title: string;
  readonly base: string;
}

function linuxFirefox(home: string, env: Machine['env']): readonly FirefoxBase[] {
  const config = env['XDG_CONFIG_HOME']?.startsWith('/')
    ? env['XDG_CONFIG_HOME']
    : join(home, '.config');
  const flatpak = join(home, '.var/app/org.mozilla.firefox');
  return [
    { id: 'firefox', title: 'Firefox', base: join(home, '.mozilla/firefox') },
    { id: 'firefox', title: 'Firefox', base: join(config, 'mozilla/firefox') },
    {
      id: 'firefox-snap',
      title: 'Firefox (snap)',
      base: join(home, 'snap/firefox/common/.mozilla/firefox'),
    },
    { id: 'firefox-flatpak', title: 'Firefox (flatpak)', base: join(flatpak, '.mozilla/firefox') },
    {
      id: 'firefox-flatpak',
      title: 'Firefox (flatpak)',
      base: join(flatpak, 'config/mozilla/firefox'),
    },
    { id: 'librewolf', title: 'LibreWolf', base: join(home, '.librewolf') },
  ];
}

async function firefoxPlaces(bases: readonly FirefoxBase[]): Promise<readonly Place[]> {
  const found = await Promise.all(
    bases.map(async ({ id, title, base }) =>
      (await firefoxProfiles(base)).map(
        ({ name, directory, hasDatabase: isThere }): Place => ({
          id: `${id}:${name}`,
          title: `${title}, ${name}`,
          directory,
          making: [],
          isThere,
          isChromium: false,
          problem: isThere ? null : 'this profile was never used: start Firefox with it once',
        }),
      ),
    ),
  );
  const places = found.flat();
  return places.filter(({ id }, at) => places.findIndex((other) => other.id === id) === at);
}

const hasDatabase = (directory: string): boolean => existsSync(join(directory, 'cert9.db'));

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).slice(0, limits.maxFirefoxProfiles);
  } catch {
    return [];
  }
}

/** The directory and those above it that are missing, from the top. */
function missingAbove(directory: string): readonly string[] {
  if (existsSync(directory) || dirname(directory) === directory) return [];
  return [...missingAbove(dirname(directory)), directory];
}

async function firstText(paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  return '';
}

/** What root writes into another user's home would be closed to that user. */
async function isForeignHome({ isRoot, home }: Machine): Promise<boolean> {
  if (!isRoot) return false;
  const found = await stat(home).catch(() => null);
  return found !== null && found.uid !== 0;
}
