import { existsSync, readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { ownContainerId } from './ownContainer.ts';
import { onLinkRoutes } from './routes.ts';
import type { Machine } from './surroundings.ts';

/** Looks at the machine as it is now: its networks come and go with those of its containers. */
export function lookAtMachine(): Machine {
  return {
    platform: process.platform,
    hostname: hostname(),
    subnets: ownSubnets(),
    container: process.platform === 'linux' ? ownContainer() : null,
  };
}

/**
 * Networks that this machine is in now. The routes of Linux know a bridge from the moment that it is made; its interface
 * counts as up some time after the first container is on it.
 */
export function ownSubnets(): readonly string[] {
  const interfaces = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ cidr, internal }) => (internal || cidr === null ? [] : [cidr]));
  return process.platform === 'linux'
    ? [...new Set([...interfaces, ...onLinkRoutes(textOf('/proc/net/route'))])]
    : interfaces;
}

/** Read once, at the start: a few lines that the kernel has in memory. */
function ownContainer(): string | null {
  return ownContainerId({
    cgroup: textOf('/proc/self/cgroup'),
    mountinfo: textOf('/proc/self/mountinfo'),
    hostname: hostname(),
    marker: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
