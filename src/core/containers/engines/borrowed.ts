import type { Container } from '../../../shared/model/container.ts';
import type { ReadContainer } from './container.ts';

interface Joined {
  readonly own: Container;
  readonly lender: Container;
  readonly joined: Container;
}

/**
 * Containers that use the network of another one (`network_mode: service:vpn`): they are reached at its addresses, and
 * through the ports that it publishes. Who has not changed is the same object each time.
 */
export class Borrowed {
  #known = new Map<string, Joined>();

  /** The containers of one engine, by id, each with the network that it is in. */
  join(all: ReadonlyMap<string, ReadContainer>): ReadonlyMap<string, Container> {
    const next = new Map<string, Joined>();
    const found = new Map<string, Container>();
    for (const [id, { container: own, networkOf }] of all) {
      const lender = networkOf === null ? null : lenderFor(own, networkOf, all);
      if (lender === null) {
        found.set(id, own);
        continue;
      }
      const known = this.#known.get(id);
      const isSame = known?.own === own && known.lender === lender;
      const joined = isSame ? known.joined : joinedOf(own, lender);
      next.set(id, { own, lender, joined });
      found.set(id, joined);
    }
    this.#known = next;
    return found;
  }
}

/** Who has the network that this one is in; null where that is gone. */
function lenderFor(
  own: Container,
  reference: string,
  all: ReadonlyMap<string, ReadContainer>,
): Container | null {
  const known =
    all.get(reference) ?? [...all.values()].find((one) => one.container.name === reference);
  const lender = known?.container;
  if (lender === undefined || lender.id === own.id) return null;
  if (lender.state !== 'running' && lender.state !== 'paused') return null;
  // A network ends with the run of its container: whoever joined it before that is in none.
  return (lender.startedAt ?? 0) > (own.startedAt ?? 0) ? null : lender;
}

function joinedOf(own: Container, lender: Container): Container {
  const published = new Map(lender.ports.map((one) => [one.port, one.published]));
  const ports =
    own.ports.length === 0
      ? lender.ports.filter((one) => one.published.length > 0)
      : own.ports.map(({ port }) => ({ port, published: published.get(port) ?? [] }));
  return { ...own, networks: lender.networks, ports };
}
