import type { ContainersView, ContainerView } from '../../../../shared/contract/containers.ts';
import { parseFrontendName } from '../../../../shared/model/hostname.ts';
import { completedName } from '../../hosts/model/addLine.ts';
import type { Item } from './items.ts';
import { processTitle, suggestionForProcess } from './processes.ts';
import { containerTitle } from './words.ts';

/** A host that a line asks for by the name of a container. */
export interface AddContainer {
  /** Of the host. */
  readonly name: string;
  readonly container: ContainerView;
  /** Null: the one that Berth takes. */
  readonly port: number | null;
}

/**
 * Reads `web`, `shop/web`, `app → web` and `web:8080`, where `web` is a container that runs: by its name, its service, or
 * project and service. Null for a line that means something else.
 */
export function parseAddContainer(
  text: string,
  containers: ContainersView['containers'],
  suffixes: readonly string[],
): AddContainer | null {
  const words = text
    .replace(/→|⇒|->|=>/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
  const [first, second, third] = words;
  if (first === undefined || third !== undefined) return null;
  // Of two the second is where the first leads to.
  const meant =
    second === undefined
      ? [[null, first]]
      : [
          [first, second],
          [second, first],
        ];
  for (const [host = null, word = ''] of meant) {
    const found = findContainer(word ?? '', containers);
    if (found === null) continue;
    if (host === null) return { ...found, name: found.container.suggestion };
    const parsed = parseFrontendName(completedName(host, suffixes));
    if (parsed.ok) return { ...found, name: parsed.name };
  }
  return null;
}

function findContainer(
  word: string,
  containers: ContainersView['containers'],
): Omit<AddContainer, 'name'> | null {
  const [, name = '', digits] = /^(.+?)(?::(\d{1,5}))?$/.exec(word) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const running = containers.filter(({ state }) => state === 'running');
  const container =
    running.find((one) => one.name === name) ??
    running.find((one) => one.service === name) ??
    running.find(({ project, service }) => `${project}/${service}` === name);
  return container === undefined ? null : { container, port };
}

/** What could be added: a container that runs without a host, or a server of this machine. */
export interface AddOffer {
  readonly key: string;
  readonly word: string;
  /** What the line then says. */
  readonly text: string;
}

/** Offers for what was typed so far, the first `most` of them. */
export function addOffers(
  typed: string,
  items: readonly Item[],
  {
    suffix,
    isTaken,
    most,
  }: {
    readonly suffix: string;
    readonly isTaken: (name: string) => boolean;
    readonly most: number;
  },
): readonly AddOffer[] {
  const offers: AddOffer[] = [];
  const word = typed.trim().toLowerCase();
  const seen = new Set<string>();
  for (const item of items) {
    const offer = offerOf(item, suffix, isTaken);
    if (offer === null || seen.has(offer.word) || offer.text === typed.trim()) continue;
    if (!`${offer.word} ${offer.text}`.toLowerCase().includes(word)) continue;
    seen.add(offer.word);
    offers.push(offer);
    if (offers.length === most) break;
  }
  return offers;
}

function offerOf(item: Item, suffix: string, isTaken: (name: string) => boolean): AddOffer | null {
  if (item.kind === 'container') {
    const { container, mappings, key } = item;
    if (container.state !== 'running' || mappings.length > 0 || container.port === null)
      return null;
    return { key, word: containerTitle(container), text: container.name };
  }
  if (item.kind === 'lost' || item.listening.process === null) return null;
  const { port, hosts } = item.listening;
  if (hosts.length > 0) return null;
  return {
    key: item.key,
    word: `${processTitle(item.listening)} :${port}`,
    text: `${suggestionForProcess(item.listening, suffix, isTaken)} → ${port}`,
  };
}
