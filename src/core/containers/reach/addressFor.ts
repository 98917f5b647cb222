import type { Container, PublishedPort } from '../../../shared/model/container.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import { addressable, hidesFromItsHost, isIn } from './networks.ts';
import { stateProblem } from './states.ts';
import {
  engineHost,
  isLoopbackHost,
  isOnLink,
  type Place,
  placeOf,
  type Surroundings,
  sharesNetworks,
} from './surroundings.ts';

/** Where a port of a container is reached, or why it is not. */
export type Way =
  | {
      readonly ok: true;
      /** A name, or an address without brackets. */
      readonly host: string;
      readonly port: number;
      /** By the container's own address, by a published port, or on the network of its machine. */
      readonly by: 'address' | 'published' | 'host-network';
    }
  | NoWay;

interface NoWay {
  readonly ok: false;
  readonly kind: 'not-running' | 'not-published' | 'no-network';
  /** Why, one sentence. */
  readonly sentence: string;
  /** What to do, one sentence; empty where there is nothing. */
  readonly fix: string;
}

/** The backend that a way leads to. */
export const backendUrl = (scheme: 'http' | 'https', { host, port }: Way & { ok: true }): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * The way to a port of a container: its own address where this machine reaches that, else where the port is published.
 * Only a container that runs has one: an ended one may still show an address that another has by now.
 */
export function addressFor(container: Container, port: number, surroundings: Surroundings): Way {
  const state = stateProblem(container, surroundings.engine.kind, null);
  if (state !== null) return { ok: false, kind: 'not-running', ...state };
  const place = placeOf(surroundings);
  if (isIn(container, 'host')) return onHostNetwork(container, port, place, surroundings);
  const [address] = addressesOf(container, surroundings);
  if (address !== undefined) return { ok: true, host: address, port, by: 'address' };
  const published = container.ports.find((exposed) => exposed.port === port)?.published ?? [];
  const end = publishedEnd(published, place, surroundings);
  if (end !== null) return { ok: true, ...end, by: 'published' };
  return noWay(container, port, place, surroundings, published);
}

/** Addresses of a container that can be reached from here, the best first. */
export function addressesOf(container: Container, surroundings: Surroundings): readonly string[] {
  const { machine, engine, own } = surroundings;
  const place = placeOf(surroundings);
  if (place === 'beside' || place === 'away') return [];
  if (place === 'within') {
    const shared = new Set(own?.networks.map(({ name }) => name));
    return addressable(container)
      .filter(({ name }) => shared.has(name))
      .flatMap(({ addresses }) => addresses);
  }
  // In a container that the engine does not know, an address proves nothing where another machine may have it too.
  if (place === 'apart' && !sharesNetworks(engine)) return [];
  return addressable(container)
    .filter((network) => place === 'apart' || !hidesFromItsHost(network))
    .flatMap(({ addresses }) => addresses)
    .filter((address) => isOnLink(address, machine));
}

function onHostNetwork(
  container: Container,
  port: number,
  place: Place,
  { engine }: Surroundings,
): Way {
  if (place === 'within' || place === 'apart') {
    return {
      ok: false,
      kind: 'no-network',
      sentence: `${container.name} is on the network of its machine, which cannot be reached from the container that Berth runs in.`,
      fix: `Run Berth with --network host, or give ${container.name} a network that both are in.`,
    };
  }
  // By name: a server there may listen on either family.
  const host = engineHost(engine) ?? 'localhost';
  return { ok: true, host, port, by: 'host-network' };
}

interface End {
  readonly host: string;
  readonly port: number;
}

function publishedEnd(
  published: readonly PublishedPort[],
  place: Place,
  { engine }: Surroundings,
): End | null {
  if (place === 'within' || place === 'apart') return null;
  const remote = engineHost(engine);
  const ends = published.flatMap(({ address, port }): readonly End[] => {
    if (isWildcard(address)) {
      return [{ host: remote ?? (address === '::' ? '::1' : '127.0.0.1'), port }];
    }
    return remote !== null && isLoopbackHost(address) ? [] : [{ host: address, port }];
  });
  return ends.find(({ host }) => !host.includes(':')) ?? ends[0] ?? null;
}

const isWildcard = (address: string): boolean =>
  address === '' || address === '0.0.0.0' || address === '::';

function noWay(
  container: Container,
  port: number,
  place: Place,
  { engine, own }: Surroundings,
  published: readonly PublishedPort[],
): NoWay {
  const { name, networks } = container;
  const word = shellWord(name);
  const command = engine.kind;
  const [network] = addressable(container);
  if (network === undefined) {
    const none = isIn(container, 'none');
    const standard = engine.kind === 'podman' ? 'podman' : 'bridge';
    return {
      ok: false,
      kind: 'no-network',
      sentence: none
        ? `${name} is in no network: it runs with --network none.`
        : `${name} is in no network, or in that of a container that does not run or was started anew.`,
      fix: none
        ? `${command} network disconnect none ${word} && ${command} network connect ${standard} ${word}`
        : `Start that container, then: ${command} restart ${word}`,
    };
  }
  if (place === 'within' || place === 'apart') {
    const berth = own?.name ?? 'BERTH';
    return {
      ok: false,
      kind: 'no-network',
      sentence: `${name} and the container that Berth runs in share no network.`,
      fix: `${command} network connect ${shellWord(network.name)} ${shellWord(berth)}`,
    };
  }
  if (place === 'here') {
    const names = networks.map((each) => each.name).join(', ');
    return {
      ok: false,
      kind: 'no-network',
      sentence: `${name} has no address that this machine reaches: it is in ${names} alone.`,
      fix: `${command} network connect ${engine.kind === 'podman' ? 'podman' : 'bridge'} ${word}`,
    };
  }
  const isHidden = place === 'away' && published.length > 0;
  const mapping = place === 'away' ? String(port) : `127.0.0.1::${port}`;
  return {
    ok: false,
    kind: 'not-published',
    sentence: isHidden
      ? `Port ${port} of ${name} is published to its own machine alone.`
      : `Port ${port} of ${name} is not published, and its network cannot be reached from here.`,
    fix:
      container.project === null
        ? `Run it again with -p ${mapping}`
        : `Give ${container.service ?? 'it'} in its Compose file ports: ["${mapping}"], then: ${command} compose up -d`,
  };
}
