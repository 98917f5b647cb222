import type {
  ContainersView,
  ContainerView,
  ListeningPort,
  MappingView,
} from '../../../../shared/contract/containers.ts';
import { containerState, describeMapping, madeBy } from './words.ts';

/** Something that can be mapped, or is. */
export type Item =
  | {
      readonly kind: 'container';
      readonly key: string;
      readonly container: ContainerView;
      /** Those that are about it, by name of their host. */
      readonly mappings: readonly MappingView[];
      /** As it is called in its group. */
      readonly label: string;
    }
  | { readonly kind: 'process'; readonly key: string; readonly listening: ListeningPort }
  /** A mapping whose container is not there. */
  | { readonly kind: 'lost'; readonly key: string; readonly mapping: MappingView };

export type ListLine =
  | { readonly kind: 'group'; readonly key: string; readonly title: string; readonly note: string }
  | Item;

export interface Listed {
  readonly lines: readonly ListLine[];
  /** Of all, whether they are shown or not. */
  readonly items: readonly Item[];
  /** What is shown. */
  readonly shown: number;
}

/** The same as long as it is the same container for a person: Compose makes it anew with another id. */
export const containerKey = ({ engine, name }: Pick<ContainerView, 'engine' | 'name'>): string =>
  `container ${engine} ${name}`;
export const processKey = (port: number): string => `process ${port}`;
const lostKey = ({ name, id }: Pick<MappingView, 'name' | 'id'>): string => `mapping ${name} ${id}`;

export function itemsOf(
  view: ContainersView | null,
  ports: readonly ListeningPort[] | null,
): readonly Item[] {
  const items: Item[] = [];
  const containers = view?.containers ?? [];
  const ofContainer = new Map<string, MappingView[]>();
  for (const mapping of view?.mappings ?? []) {
    for (const id of mapping.containers) {
      const others = ofContainer.get(id);
      if (others === undefined) ofContainer.set(id, [mapping]);
      else others.push(mapping);
    }
  }
  const sizes = new Map<string, number>();
  const serviceOf = ({ engine, project, service }: ContainerView): string =>
    JSON.stringify([engine, project, service]);
  for (const container of containers) {
    const service = serviceOf(container);
    sizes.set(service, (sizes.get(service) ?? 0) + 1);
  }
  for (const container of containers) {
    const { name, project, service } = container;
    const isAlone = sizes.get(serviceOf(container)) === 1;
    items.push({
      kind: 'container',
      key: containerKey(container),
      container,
      mappings: ofContainer.get(container.id) ?? [],
      label: project !== null && service !== null && isAlone ? service : name,
    });
  }
  for (const mapping of view?.mappings ?? []) {
    if (mapping.containers.length > 0 || mapping.state === 'elsewhere') continue;
    items.push({ kind: 'lost', key: lostKey(mapping), mapping });
  }
  const published = new Set(
    containers.flatMap((container) =>
      container.ports.flatMap((port) => port.published.map((one) => one.port)),
    ),
  );
  for (const listening of ports ?? []) {
    // What an engine listens on for a container stands there already.
    if (listening.isOwn || published.has(listening.port)) continue;
    items.push({ kind: 'process', key: processKey(listening.port), listening });
  }
  return items;
}

/** Items below what they belong to, of which those that have every word of the filter. */
export function listOf(
  items: readonly Item[],
  { engines, filter }: { readonly engines: ContainersView['engines']; readonly filter: string },
): Listed {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = items.filter((item) => {
    if (words.length === 0) return true;
    const text = searchOf(item);
    return words.every((word) => text.includes(word));
  });
  const names = new Map(engines.map(({ id, name }) => [id, name]));
  const groups = new Map<string, { title: string; note: string; items: Item[] }>();
  for (const item of shown) {
    const { key, title, note } = groupOf(item, engines.length > 1 ? names : null);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { title, note, items: [item] });
    else group.items.push(item);
  }
  // Without projects there are no others.
  const isOther = items.some(
    (item) => item.kind === 'container' && item.container.project !== null,
  );
  const order = [...groups].sort(([a], [b]) => rank(a) - rank(b));
  return {
    items,
    shown: shown.length,
    lines: order.flatMap(([key, group]): readonly ListLine[] => [
      {
        kind: 'group',
        key,
        title: key.startsWith('c') && !isOther ? 'Containers' : group.title,
        note: group.note,
      },
      ...group.items,
    ]),
  };
}

/** Compose first, as it comes; then what stands alone, what is lost, and processes. */
const rank = (key: string): number => ['p', 'c', 'l', 'z'].indexOf(key[0] ?? 'z');

function groupOf(
  item: Item,
  engines: ReadonlyMap<string, string> | null,
): { readonly key: string; readonly title: string; readonly note: string } {
  if (item.kind === 'process') {
    return { key: 'z', title: 'Processes of this machine', note: '' };
  }
  if (item.kind === 'lost') return { key: 'l', title: 'Mapped, and not there', note: '' };
  const { project, engine } = item.container;
  const note = engines?.get(engine) ?? '';
  return project === null
    ? { key: `c ${engine}`, title: 'Other containers', note }
    : { key: `p ${engine} ${project}`, title: project, note };
}

function searchOf(item: Item): string {
  switch (item.kind) {
    case 'container': {
      const { name, image, project, service, ports } = item.container;
      return [
        name,
        image,
        project,
        service,
        containerState(item.container).word,
        item.mappings.length > 0 ? 'mapped' : 'unmapped',
        ...ports.map(({ port }) => `:${port}`),
        ...item.mappings.map((mapping) => mapping.name),
      ]
        .join('\n')
        .toLowerCase();
    }
    case 'process': {
      const { port, process, hosts } = item.listening;
      return [`:${port}`, process?.name, process?.directory, ...hosts].join('\n').toLowerCase();
    }
    case 'lost':
      return [item.mapping.name, describeMapping(item.mapping), madeBy(item.mapping)]
        .join('\n')
        .toLowerCase();
  }
}

/** What the page begins with: what runs and has no host yet. */
export const firstItem = (items: readonly Item[]): Item | null =>
  items.find(
    (item) =>
      item.kind === 'container' && item.container.state === 'running' && item.mappings.length === 0,
  ) ??
  items.find(({ kind }) => kind === 'container') ??
  null;
