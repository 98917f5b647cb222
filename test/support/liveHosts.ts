import { type Frontends, openFrontends } from '../../src/core/frontends/index.ts';
import type { Hosts } from '../../src/core/hosts/hosts.ts';
import { createHosts } from '../../src/core/hosts/index.ts';
import type { ReachableStore } from '../../src/shared/model/driver.ts';

/** What one instance knows of the hosts of a store. */
export interface LiveHosts extends AsyncDisposable, Frontends {
  readonly hosts: Hosts;
}

export function startHosts(spec: ReachableStore): LiveHosts {
  const frontends = openFrontends({ store: spec, random: Math.random, now: Date.now });
  const hosts = createHosts({
    ...frontends,
    prefix: spec.prefix,
    listeners: () => [{ address: '127.0.0.1', port: 8080, secure: false }],
    now: Date.now,
  });
  return {
    ...frontends,
    hosts,
    [Symbol.asyncDispose]: async () => {
      hosts.close();
      frontends.table.close();
    },
  };
}
