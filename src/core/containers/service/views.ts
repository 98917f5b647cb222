import type { ContainerView } from '../../../shared/contract/containers.ts';
import type { Container } from '../../../shared/model/container.ts';
import { defaultPort, suggestionFor, type Wanted } from '../conventions/index.ts';

export interface ViewsOptions {
  readonly suffixes: readonly string[];
  readonly wanted: (container: Container) => Wanted;
  /** What else is wrong with it: what could not be read, and what it asks for and does not get. */
  readonly problems: (container: Container) => readonly string[];
  /** Addresses of it that this machine reaches. */
  readonly addresses: (container: Container) => readonly string[];
  /** Whether a frontend of this name is there. */
  readonly taken: (name: string) => boolean;
}

/** Containers as lists show them: by project, service and name, those of Compose first. */
export function viewsOf(
  containers: Iterable<Container>,
  options: ViewsOptions,
): readonly ContainerView[] {
  return [...containers].sort(byPlace).map((container) => viewOf(container, options));
}

function viewOf(container: Container, options: ViewsOptions): ContainerView {
  const { suffixes, wanted, problems, addresses, taken } = options;
  const { wants, problems: ofLabels } = wanted(container);
  return {
    engine: container.engine,
    id: container.id,
    name: container.name,
    image: container.image,
    project: container.project,
    service: container.service,
    state: container.state,
    health: container.health,
    startedAt: container.startedAt,
    exitCode: container.exitCode,
    ports: container.ports,
    addresses: addresses(container),
    wants,
    problems: [...ofLabels, ...problems(container)],
    port: defaultPort(container),
    suggestion: suggestionFor(container, suffixes, taken),
  };
}

function byPlace(a: Container, b: Container): number {
  if ((a.project === null) !== (b.project === null)) return a.project === null ? 1 : -1;
  return (
    compare(a.project ?? '', b.project ?? '') ||
    compare(a.service ?? '', b.service ?? '') ||
    compare(a.name, b.name) ||
    compare(a.id, b.id)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
