import type { Backend } from '../../shared/model/backend.ts';
import type { Frontend } from '../../shared/model/frontend.ts';
import type { Route } from '../routing/route.ts';
import { Busy, leastBusy } from './busy.ts';
import type { Candidates } from './candidates.ts';
import { byClient } from './clientHash.ts';
import { byLot } from './lot.ts';
import { Rotations } from './rotations.ts';
import { cookieValue } from './stickyCookie.ts';

/** What some policies want to know of a client. */
export interface Client {
  /** Its address, as the record has it. */
  readonly address: string;
  /** Values of its Cookie fields, joined; null when there is none. */
  readonly cookie: string | null;
}

/** Chooses the backends of one worker's requests. */
export class Balancer {
  readonly busy = new Busy();
  /** How many backends the last choice passed over since they were dead. */
  passedOver = 0;
  readonly #random: () => number;
  readonly #rotations: Rotations;
  /** Positions of the candidates of the present choice; kept, so that a choice makes no list. */
  readonly #open: number[] = [];

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
    this.#rotations = new Rotations(random);
  }

  /**
   * Chooses among the candidates that are neither dead nor in `tried`. Null when there is none.
   *
   * @param tried indexes of the backends that this request has been sent to already
   */
  choose(route: Route, tried: readonly number[], client: Client): Backend | null {
    const { candidates } = route;
    const { backends } = candidates;
    const open = this.#open;
    open.length = 0;
    this.passedOver = 0;
    for (let at = 0; at < backends.length; at++) {
      const backend = backends[at];
      if (backend === undefined || tried.includes(backend.index)) continue;
      if (route.isDead(backend)) this.passedOver++;
      else open.push(at);
    }
    if (open.length === 0) return null;
    return backends[this.#decide(route.frontend, candidates, client)] ?? null;
  }

  #decide(frontend: Frontend, candidates: Candidates, client: Client): number {
    const open = this.#open;
    const random = this.#random;
    switch (candidates.policy) {
      case 'only':
        return open[0] ?? -1;
      case 'random':
        return byLot(open, candidates.weights, random());
      case 'round-robin':
        return this.#rotations.next(frontend, candidates, open);
      case 'least-connections':
        return leastBusy(candidates, open, this.busy, random);
      case 'client-hash':
        return byClient(candidates, open, client.address);
      case 'sticky':
        return this.#remembered(candidates, client) ?? byLot(open, candidates.weights, random());
    }
  }

  /** The open backend that the client's cookie names. */
  #remembered({ cookie }: Candidates, client: Client): number | null {
    if (cookie === null || client.cookie === null) return null;
    const id = cookieValue(client.cookie, cookie.name);
    if (id === null) return null;
    return this.#open.find((at) => cookie.ids[at] === id) ?? null;
  }
}
