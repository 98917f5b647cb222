import type { ContainerView, PortVerdict } from '../../../../shared/contract/containers.ts';
import { duration } from '../../../ui/format.ts';

/** A port that can be chosen. */
export interface PortChoice {
  readonly port: number;
  /** `published at 127.0.0.1:32768`, `exposed`, `found`. */
  readonly where: string;
}

/** Published ports first, then exposed ones, then what was found otherwise: by a label, or by asking. */
export function portChoices(
  { ports, port: own, wants }: Pick<ContainerView, 'ports' | 'port' | 'wants'>,
  verdicts: readonly PortVerdict[],
): readonly PortChoice[] {
  const known = new Set(ports.map(({ port }) => port));
  const published = ports.filter((one) => one.published.length > 0);
  const exposed = ports.filter((one) => one.published.length === 0);
  const others = new Set(
    [own, ...wants.map(({ port }) => port), ...verdicts.map(({ port }) => port)].filter(
      (port): port is number => port !== null && port > 0 && !known.has(port),
    ),
  );
  return [
    ...published.map((one) => ({ port: one.port, where: publishedAt(one.published) })),
    ...exposed.map(({ port }) => ({ port, where: 'exposed' })),
    ...[...others].map((port) => ({ port, where: 'not exposed' })),
  ];
}

function publishedAt(published: ContainerView['ports'][number]['published']): string {
  const at = new Set(published.map(({ address, port }) => `${short(address)}:${port}`));
  return `published at ${[...at].join(', ')}`;
}

/** An address that means all is left out. */
const short = (address: string): string =>
  address === '0.0.0.0' || address === '::' ? '' : address.includes(':') ? `[${address}]` : address;

/** The one that is meant unless somebody says otherwise: what Berth would take, or else the first that answers. */
export function defaultPort(
  container: Pick<ContainerView, 'port'>,
  choices: readonly PortChoice[],
  verdicts: readonly PortVerdict[],
): number | null {
  const own = verdicts.find(({ port }) => port === container.port);
  const working = verdicts.find(({ works }) => works);
  if (own?.works === false && working !== undefined) return working.port;
  return container.port ?? working?.port ?? choices[0]?.port ?? null;
}

/** What a port said, in a few words: `200 · 12 ms`. */
export function answerWords({ works, kind, status, ms }: PortVerdict): string {
  if (status !== null) return ms === null ? `${status}` : `${status} · ${duration(ms)}`;
  return works ? 'answers' : kinds[kind];
}

const kinds: Readonly<Record<PortVerdict['kind'], string>> = {
  answers: 'answers',
  'refuses-host': 'refuses the host',
  'not-http': 'no HTTP',
  silent: 'silent',
  'nothing-listens': 'nothing listens',
  'loopback-only': 'loopback alone',
  'not-published': 'not published',
  'no-network': 'no network',
  'not-running': 'not running',
  'no-port': 'no port',
  'engine-away': 'engine away',
};
