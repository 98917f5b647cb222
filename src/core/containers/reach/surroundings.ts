import { BlockList, isIP } from 'node:net';
import type { Container } from '../../../shared/model/container.ts';
import type { EngineFacts } from '../engines/types.ts';
import { isIn } from './networks.ts';

/** The machine that Berth runs on, or the container that it runs in, as far as it decides what can be reached from it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly hostname: string;
  /** Networks that it is in, as `172.17.0.0/16`, or its address in one: `172.17.0.1/16`; loopback left out. */
  readonly subnets: readonly string[];
  /** Id, or the beginning of one, of the container that Berth runs in; empty where it is not known; null outside of any. */
  readonly container: string | null;
}

/** From where ports of an engine's containers are reached. */
export interface Surroundings {
  readonly machine: Machine;
  readonly engine: EngineFacts;
  /** The container that Berth itself runs in, when this engine has it. */
  readonly own: Container | null;
}

/** Where Berth stands, seen from an engine. */
export type Place =
  /** The engine's networks are networks of this machine. */
  | 'here'
  /** The engine is on this machine and has networks of its own: a virtual machine, or one without root. */
  | 'beside'
  /** In a container of this engine. */
  | 'within'
  /** In a container that this engine does not know. */
  | 'apart'
  /** On another machine than the engine. */
  | 'away';

/** @param containers of that engine */
export function surroundingsOf(
  machine: Machine,
  engine: EngineFacts,
  containers: Iterable<Container>,
): Surroundings {
  return { machine, engine, own: ownAmong(machine, containers) };
}

function ownAmong({ container: id }: Machine, containers: Iterable<Container>): Container | null {
  if (id === null || id === '') return null;
  for (const container of containers) if (container.id.startsWith(id)) return container;
  return null;
}

export function placeOf({ machine, engine, own }: Surroundings): Place {
  if (own !== null && !isIn(own, 'host')) return 'within';
  if (engineHost(engine) !== null) return 'away';
  // A socket that was handed into a container leads to an engine outside of it; one with our name runs inside.
  const isEnclosed = machine.container !== null && own === null;
  if (isEnclosed && engine.hostname !== machine.hostname) return 'apart';
  return machine.platform === 'linux' && sharesNetworks(engine) ? 'here' : 'beside';
}

/** Whether the networks of an engine are those of the machine that its socket is on. */
export const sharesNetworks = ({ isRemote, isRootless, operatingSystem }: EngineFacts): boolean =>
  !isRemote && !isRootless && operatingSystem !== 'Docker Desktop';

/** The other machine that an engine is on; null for this one. */
export const engineHost = ({ publishedAt }: EngineFacts): string | null =>
  isLoopbackHost(publishedAt) ? null : publishedAt;

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** Whether an address is in a network that an interface of this machine is in. */
export function isOnLink(address: string, { subnets }: Machine): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const links = new BlockList();
  for (const subnet of subnets) {
    const [network = '', length = ''] = subnet.split('/');
    if (isIP(network) !== family || !/^\d{1,3}$/.test(length)) continue;
    if (Number(length) > (family === 4 ? 32 : 128)) continue;
    links.addSubnet(network, Number(length), family === 4 ? 'ipv4' : 'ipv6');
  }
  return links.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
