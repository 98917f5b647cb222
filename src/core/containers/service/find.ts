import { nearest } from '../../../shared/config/describe.ts';
import { BerthError } from '../../../shared/errors.ts';
import type { Container } from '../../../shared/model/container.ts';
import type { MappingTarget } from '../../../shared/model/mapping.ts';

/** A container that is meant, with the others of its service: the first of them runs, if any does. */
export interface FoundContainer {
  readonly container: Container;
  readonly target: MappingTarget;
}

/** Digits of an id that have to be given. */
const minIdChars = 4;
/** Containers that an error names. */
const maxNamed = 5;

/**
 * The container that a person means: by its name, `project/service`, the service, or the beginning of its id.
 *
 * @throws BerthError BERTH_CONTAINER_NOT_FOUND, BERTH_CONTAINER_AMBIGUOUS
 */
export function findContainer(
  reference: string,
  engine: string | undefined,
  containers: Iterable<Container>,
): FoundContainer {
  const all = [...containers].filter((one) => engine === undefined || one.engine === engine);
  for (const isMeant of meanings(reference)) {
    const found = all.filter(isMeant);
    if (found.length > 0) return only(reference, found);
  }
  throw new BerthError('BERTH_CONTAINER_NOT_FOUND', missing(reference, all));
}

/** Ways to read a reference, the most exact first. */
function meanings(reference: string): readonly ((container: Container) => boolean)[] {
  const isId = new RegExp(`^[0-9a-f]{${minIdChars},64}$`).test(reference);
  return [
    ({ name }) => name === reference,
    ({ project, service }) => project !== null && `${project}/${service}` === reference,
    ({ service }) => service === reference,
    ({ id }) => isId && id.startsWith(reference),
  ];
}

function only(reference: string, found: readonly Container[]): FoundContainer {
  const running = found.find(({ state }) => state === 'running');
  const [first = running] = found;
  const container = running ?? first;
  if (container === undefined) throw new BerthError('BERTH_CONTAINER_NOT_FOUND', reference);
  const target = targetOf(container);
  const others = found.filter(
    (one) => one.engine !== container.engine || keyOf(targetOf(one)) !== keyOf(target),
  );
  if (others.length === 0) return { container, target };
  const names = [container, ...others].slice(0, maxNamed).map(nameOf);
  throw new BerthError(
    'BERTH_CONTAINER_AMBIGUOUS',
    `${reference} may be ${[...new Set(names)].join(' or ')}`,
  );
}

/** What a mapping to a container is about: its service, where Compose made it. */
const targetOf = ({ name, project, service }: Container): MappingTarget =>
  project !== null && service !== null
    ? { kind: 'service', project, service }
    : { kind: 'container', name };

const keyOf = (target: MappingTarget): string =>
  target.kind === 'container' ? target.name : `${target.project}/${target.service}`;

const nameOf = ({ name, project, service, engine }: Container): string =>
  project !== null && service !== null ? `${project}/${service}` : `${name} of ${engine}`;

function missing(reference: string, all: readonly Container[]): string {
  if (all.length === 0) return `${reference}: no container is there`;
  const names = new Set(
    all.flatMap(({ name, service }) => (service === null ? [name] : [name, service])),
  );
  const near = nearest(reference, [...names]);
  return near === null ? reference : `${reference}; did you mean ${near}?`;
}
