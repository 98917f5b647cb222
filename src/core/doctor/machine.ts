import { lookup } from 'node:dns/promises';
import { access, constants, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded } from '../config/readFile.ts';
import type { Run } from '../elevation/index.ts';
import { runTool } from '../elevation/index.ts';
import type { PortOwner } from '../ports/portOwner.ts';
import { findPortOwner } from '../ports/portOwner.ts';

/** Files of the system that checks read. */
export interface SystemFiles {
  readonly hosts: string;
  readonly nsswitch: string;
  /** The first port that needs no privilege, as the kernel has it. */
  readonly unprivilegedPortStart: string;
}

/** The machine, as checks see it; tests put another in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isRoot: boolean;
  readonly files: SystemFiles;
  readonly run: Run;
  /** Text of a file; empty where there is none. Rejects where it cannot be read. */
  readText(path: string): Promise<string>;
  /** By the system's resolver, as every program asks it. Rejects with its code. */
  lookup(host: string, family: 4 | 6): Promise<readonly string[]>;
  /** Addresses of its interfaces. */
  addresses(): readonly string[];
  ownerOf(port: number): Promise<PortOwner | null>;
  /** Bytes that this user may still write where a directory lies. */
  freeBytes(directory: string): Promise<number>;
  /** Path of a program of one of these names or paths; null where there is none. */
  find(programs: readonly string[]): Promise<string | null>;
  /** Unix milliseconds. */
  wallClock(): number;
}

export interface MachineInputs {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isRoot: boolean;
}

export function thisMachine({ platform, env, home, isRoot }: MachineInputs): Machine {
  return {
    platform,
    env,
    home,
    isRoot,
    files: systemFiles(platform, env),
    run: runTool,
    readText: async (path) => {
      try {
        return await readBounded(path, limits.maxDoctorFileBytes);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return '';
        throw error;
      }
    },
    lookup: async (host, family) =>
      (await lookup(host, { family, all: true })).map(({ address }) => address),
    addresses: () =>
      Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []),
    ownerOf: (port) => findPortOwner(port, platform),
    freeBytes: async (directory) => {
      const { bavail, bsize } = await statfs(directory);
      return bavail * bsize;
    },
    find: (programs) => findProgram(programs, env),
    wallClock: Date.now,
  };
}

function systemFiles(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): SystemFiles {
  const hosts =
    platform === 'win32'
      ? join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
      : '/etc/hosts';
  return {
    hosts,
    nsswitch: '/etc/nsswitch.conf',
    unprivilegedPortStart: '/proc/sys/net/ipv4/ip_unprivileged_port_start',
  };
}

async function findProgram(
  programs: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const program of programs) {
    const places = /[/\\]/.test(program) ? [program] : folders.map((at) => join(at, program));
    for (const place of places) {
      if (await isThere(place)) return place;
    }
  }
  return null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
