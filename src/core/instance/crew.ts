import { randomBytes } from 'node:crypto';
import type { Config } from '../../shared/config/config.ts';
import type { Log } from '../../shared/messages.ts';
import type { Crew } from '../cluster/cluster.ts';
import { type DescriptorBudget, descriptorBudget } from '../cluster/descriptors.ts';
import { type LastGood, lastGoodOf } from './lastGood.ts';
import type { Served } from './served.ts';
import type { StoreProposal } from './storeHost.ts';
import { workerSettings } from './workerSettings.ts';

/** What OpenSSL takes: a name, and two keys. */
const ticketKeyBytes = 48;

export interface CrewParts {
  readonly instanceId: string;
  readonly served: Served;
  readonly store: StoreProposal;
  /** What is known of the store before. */
  readonly lastGood: LastGood | null;
  /** Of this process; null when the system does not say. */
  readonly openFiles: number | null;
  readonly log: Log;
}

/** What the limit of open files allows with a configuration. */
export const budgetFor = (
  { server, binds }: Pick<Config, 'server' | 'binds'>,
  openFiles: CrewParts['openFiles'],
): DescriptorBudget =>
  descriptorBudget(openFiles, {
    workers: server.workers,
    listeners: binds.length,
    maxConnections: server.maxConnections,
  });

/** The set of workers that a configuration asks for. */
export function crewFor(config: Config, parts: CrewParts): Crew {
  const { served, store, openFiles, log } = parts;
  const bounds = budgetFor(config, openFiles);
  if (bounds.maxConnections < config.server.maxConnections) {
    log(
      'info',
      `the limit of ${openFiles} open files allows ${bounds.maxConnections} connections for each worker, not ${config.server.maxConnections}`,
    );
  }
  return {
    size: config.server.workers,
    bounds,
    lastGood: lastGoodOf(store.reachable, parts.lastGood),
    settings: workerSettings(config, {
      instanceId: parts.instanceId,
      store: store.reachable,
      embedded: store.embedded,
      listeners: served.listeners,
      staticPages: served.staticPages,
      ticketKeys: randomBytes(ticketKeyBytes).toString('base64'),
      maxConnections: bounds.maxConnections,
    }),
  };
}
