import { type EngineName, engineNames } from '../../src/shared/model/settings.ts';
import { nameOf, startBerth, startWatched } from './berth.ts';
import type { NodeRuntime } from './nodes.ts';
import type { StartContender } from './processes.ts';
import { bareHttpProxy, bareName, caddy, haproxy, nginx } from './proxies.ts';

export interface Entrant {
  readonly name: string;
  /** What must be installed, or null. */
  readonly program: string | null;
  /** Takes part in the small GET alone. */
  readonly onlySmall?: boolean;
  /** Berth: the bars are for it. */
  readonly engine?: EngineName;
  readonly start: StartContender;
}

export const reference = 'nginx';

/** Berth whose every request is told to one who reads it all. */
export const watchedName = (engine: EngineName): string => `${nameOf(engine)} watched`;

/** @param nodes what runs Berth beside the Node of this process */
export function entrants(nodes: readonly NodeRuntime[]): readonly Entrant[] {
  const berths = (node: NodeRuntime | null): readonly Entrant[] =>
    engineNames.map((engine) => {
      const name = node === null ? nameOf(engine) : `${nameOf(engine)}, ${node.name}`;
      const choice = { name, engine, ...(node === null ? {} : { node }) };
      return { name, program: null, engine, start: (ground) => startBerth(choice, ground) };
    });
  const watched = engineNames.map((engine): Entrant => {
    const name = watchedName(engine);
    return {
      ...{ name, program: null, onlySmall: true },
      start: (ground) => startWatched({ name, engine }, ground),
    };
  });
  return [
    { name: reference, program: 'nginx', start: nginx },
    { name: 'haproxy', program: 'haproxy', start: haproxy },
    { name: 'caddy', program: 'caddy', start: caddy },
    { name: bareName, program: null, start: bareHttpProxy },
    ...berths(null),
    ...watched,
    ...nodes.flatMap(berths),
  ];
}
