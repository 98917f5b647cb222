import { access, readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { ownContainerId } from './ownContainer.ts';
import type { Machine } from './surroundings.ts';

/** Looks at the machine as it is now: its networks come and go with those of its containers. */
export async function lookAtMachine(): Promise<Machine> {
  return {
    platform: process.platform,
    hostname: hostname(),
    subnets: ownSubnets(),
    container: process.platform === 'linux' ? await ownContainer() : null,
  };
}

function ownSubnets(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr, internal }) => (internal || cidr === null ? [] : [cidr]));
}

async function ownContainer(): Promise<string | null> {
  const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const there = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  return ownContainerId({
    cgroup: await text('/proc/self/cgroup'),
    mountinfo: await text('/proc/self/mountinfo'),
    hostname: hostname(),
    marker: (await there('/.dockerenv')) || (await there('/run/.containerenv')),
  });
}
