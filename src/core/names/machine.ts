import { access, constants, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { readBounded, readBoundedBytes, reasonOf } from '../config/readFile.ts';
import { type Run, readIfThere } from '../elevation/index.ts';
import type { FoundHostsFile } from './hostsFile/index.ts';
import { type NameService, readNsswitch } from './nameServices/nsswitch.ts';
import { nameservers, type ResolverFacts } from './resolvers/inCharge.ts';
import type { FoundFiles } from './resolvers/plan.ts';

/** Where a machine keeps what decides how names are found. */
export interface NamePaths {
  readonly hosts: string;
  /** `/etc`; unused on Windows. */
  readonly etc: string;
  /** The file that tells the release of a Linux kernel. */
  readonly kernelRelease: string;
  /** `/run/systemd`, where systemd-resolved has what it was told at this boot. */
  readonly runSystemd: string;
}

export const namePaths = (
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): NamePaths => ({
  hosts:
    platform === 'win32'
      ? win32.join(env['SystemRoot'] || 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
      : '/etc/hosts',
  etc: '/etc',
  kernelRelease: '/proc/sys/kernel/osrelease',
  runSystemd: '/run/systemd',
});

export interface MachineInputs {
  readonly platform: NodeJS.Platform;
  readonly paths: NamePaths;
  readonly run: Run;
  readonly isRoot: boolean;
  /** Who listens on a port of this machine; null where that is not known. */
  readonly ownerOf: (port: number) => Promise<{ readonly name: string } | null>;
}

/** The hosts file, whatever links lead to it; a sentence where it cannot be read. */
export async function findHostsFile({
  paths,
  isRoot,
}: MachineInputs): Promise<FoundHostsFile | { readonly problem: string }> {
  try {
    const path = await realpath(paths.hosts).catch(() => paths.hosts);
    const data = await readIfThere(path);
    // What root writes goes by the script that keeps labels and lists of rights.
    const isWritable = !isRoot && (await may(path, constants.W_OK));
    return { path, data, isWritable };
  } catch (error) {
    return { problem: `${paths.hosts}: ${reasonOf(error)}` };
  }
}

const may = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The `hosts` line of nsswitch.conf, or what holds without one. */
export const findNameServices = async ({
  platform,
  paths,
}: MachineInputs): Promise<readonly NameService[]> =>
  readNsswitch(platform === 'linux' ? await textOf(join(paths.etc, 'nsswitch.conf')) : null);

/**
 * Whether this Linux is one of WSL, which writes the hosts file anew: its kernel says so in its release. A person who has
 * ended that in wsl.conf has been told of Windows' own hosts file, too.
 */
export const isInsideWindows = async ({ platform, paths }: MachineInputs): Promise<boolean> =>
  platform === 'linux' &&
  /microsoft/i.test((await textOf(paths.kernelRelease)) ?? '') &&
  !/^\s*generateHosts\s*=\s*false\b/im.test((await textOf(join(paths.etc, 'wsl.conf'))) ?? '');

/** What tells which resolver is in charge. */
export async function findResolverFacts(
  inputs: MachineInputs,
  services: readonly NameService[],
): Promise<ResolverFacts> {
  const { platform, paths, run, ownerOf } = inputs;
  if (platform !== 'linux') {
    return {
      platform,
      resolvConf: null,
      services,
      networkManager: [],
      dnsmasq: null,
      listener: null,
      systemdVersion: null,
      globalServers: [],
    };
  }
  const etc = (...names: string[]): string => join(paths.etc, ...names);
  const text = await textOf(etc('resolv.conf'));
  const target = await linkTarget(etc('resolv.conf'));
  const resolvConf = text === null ? null : { text, target };
  const [dnsmasqConf, dnsmasqDefaults, hasDirectory, version, listener, networkManager] =
    await Promise.all([
      textOf(etc('dnsmasq.conf')),
      textOf(etc('default', 'dnsmasq')),
      isDirectory(etc('dnsmasq.d')),
      run(['resolvectl', '--version']),
      ownerOf(53),
      textsIn(etc('NetworkManager', 'conf.d'), etc('NetworkManager', 'NetworkManager.conf')),
    ]);
  const systemdVersion = /^systemd (\d+)/.exec(version.stdout)?.[1];
  const isInstalled = dnsmasqConf !== null || dnsmasqDefaults !== null || hasDirectory;
  return {
    platform,
    resolvConf,
    services,
    networkManager,
    dnsmasq: isInstalled ? [dnsmasqConf ?? '', dnsmasqDefaults ?? ''] : null,
    listener: listener?.name ?? null,
    systemdVersion: systemdVersion === undefined ? null : Number(systemdVersion),
    globalServers: [
      ...(await configuredServers(paths)),
      ...(resolvConf === null ? [] : serversOfOthers(resolvConf)),
    ],
  };
}

/** Servers that systemd-resolved is given for everything by its own files; not by ours. */
async function configuredServers({ etc, runSystemd }: NamePaths): Promise<readonly string[]> {
  const texts = await Promise.all([
    textsIn(join(etc, 'systemd', 'resolved.conf.d'), join(etc, 'systemd', 'resolved.conf')),
    textsIn(join(runSystemd, 'resolved.conf.d'), null),
  ]);
  return texts
    .flat()
    .flatMap((text) => [...text.matchAll(/^[ \t]*DNS[ \t]*=[ \t]*(.*)$/gm)])
    .flatMap(([, value]) => (value ?? '').split(/\s+/))
    .filter((server) => server !== '');
}

/** A resolv.conf that somebody else writes: systemd-resolved takes its servers for everything, too. */
const serversOfOthers = ({
  text,
  target,
}: {
  readonly text: string;
  readonly target: string;
}): readonly string[] =>
  /\/systemd\/(?:resolve\/|resolv\.conf$)/.test(target)
    ? []
    : nameservers(text).filter((server) => !/^127\.0\.0\.5[34]$/.test(server));

/** Where a link leads, one step; the path itself where there is none. */
const linkTarget = (path: string): Promise<string> => readlink(path).catch(() => path);

const textOf = (path: string): Promise<string | null> =>
  readBounded(path, limits.maxConfigBytes).catch(() => null);

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Texts of a file and of the `.conf` files in a directory, by their names; ours is left out. */
async function textsIn(directory: string, first: string | null): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const paths = names
    .filter((name) => name.endsWith('.conf') && name !== 'berth.conf')
    .sort()
    .map((name) => join(directory, name));
  const texts = await Promise.all([...(first === null ? [] : [first]), ...paths].map(textOf));
  return texts.filter((text) => text !== null);
}

/** What lies in the directory of a resolver. */
export async function findFiles(directory: string): Promise<FoundFiles> {
  const files = new Map<string, Buffer>();
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const data = await readBoundedBytes(join(directory, entry.name), limits.maxConfigBytes).catch(
        () => Buffer.alloc(0),
      );
      files.set(entry.name, data);
    }
    return { isThere: true, files };
  } catch {
    return { isThere: await isDirectory(directory), files };
  }
}
