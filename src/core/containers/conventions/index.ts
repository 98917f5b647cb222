import type { Container, WantedHost } from '../../../shared/model/container.ts';
import { Asked } from './asked.ts';
import { type BerthLabels, isDisabled, readBerth } from './berth.ts';
import { likelyPort, schemeOf } from './defaultPort.ts';
import { conventionalName } from './names.ts';
import { readNginxProxy } from './nginxProxy.ts';
import { readOrbStack } from './orbstack.ts';
import { Problems } from './problems.ts';
import { readTraefik } from './traefik.ts';

export { defaultPort } from './defaultPort.ts';
export { suggestionFor } from './names.ts';

export interface WantedSettings {
  /** The first is the one of automatic names. */
  readonly suffixes: readonly string[];
  /** Whether a container of Compose that asks for no host gets a name. */
  readonly autoNames: boolean;
  /** Whether labels and variables are followed. */
  readonly isLabels: boolean;
}

/** What a container asks for. */
export interface Wanted {
  /** All of one convention. */
  readonly wants: readonly WantedHost[];
  /** What of its labels cannot be followed, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * The hosts that a container asks for, by the strongest convention that yields one: labels of Berth, then of OrbStack and
 * Traefik, variables of nginx-proxy, and last the automatic name. Whatever a container says costs only itself: nothing
 * throws, and what comes of it is bounded. `berth.enable=false` keeps a container out of everything.
 */
export function wantedHosts(container: Container, settings: WantedSettings): Wanted {
  const problems = new Problems();
  if (isDisabled(container)) return { wants: [], problems: [] };
  if (!settings.isLabels)
    return { wants: autoWants(container, settings, null, problems), problems: problems.list };
  const berth = readBerth(container, problems);
  const others = [readOrbStack, readTraefik, readNginxProxy];
  let { wants } = berth;
  for (const read of others) if (wants.length === 0) wants = read(container, problems);
  if (wants.length === 0) wants = autoWants(container, settings, berth, problems);
  return { wants, problems: problems.list };
}

function autoWants(
  container: Container,
  { suffixes, autoNames }: WantedSettings,
  berth: BerthLabels | null,
  problems: Problems,
): readonly WantedHost[] {
  const isOfCompose = container.project !== null && container.service !== null;
  const isAsked = berth?.enable === true;
  if (!isAsked && !(autoNames && isOfCompose)) return [];
  const [suffix] = suffixes;
  if (suffix === undefined) return [];
  const name = conventionalName(container, suffix);
  if (name === null) {
    problems.add('no host name can be made of its name: give it one with berth.host');
    return [];
  }
  const asked = new Asked(container, 'auto', problems);
  const port = likelyPort(container);
  const unsaid = { port, scheme: schemeOf(port), key: 'berth.port', isTold: false };
  const from = isAsked ? 'berth.enable' : 'containers.autoNames';
  asked.host(name, from, berth?.port ?? unsaid);
  return asked.finish();
}
