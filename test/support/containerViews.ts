import type {
  ContainersView,
  ContainerView,
  MappingView,
  PortVerdict,
} from '../../src/shared/contract/containers.ts';
import * as shown from './shownContainers.ts';

/*
 * A service of Compose that is mapped, as verbs are told of it.
 */

const id = 'a'.repeat(64);
const backend = 'http://172.17.0.2:8080';

export const containerView = (changes: Partial<ContainerView> = {}): ContainerView =>
  shown.containerView({
    id,
    name: 'shop-web-1',
    project: 'shop',
    service: 'web',
    ports: [{ port: 8080, published: [] }],
    port: 8080,
    ...changes,
  });

export const mappingView = (changes: Partial<MappingView> = {}): MappingView =>
  shown.mappingView({
    name: 'app.localhost',
    containers: [id],
    target: { kind: 'service', project: 'shop', service: 'web' },
    port: 8080,
    backends: [backend],
    ...changes,
  });

export const containersView = (changes: Partial<ContainersView> = {}): ContainersView =>
  shown.containersView({ containers: [containerView()], mappings: [mappingView()], ...changes });

export const portVerdict = (changes: Partial<PortVerdict> = {}): PortVerdict =>
  shown.portVerdict({
    port: 8080,
    sentence: 'shop-web-1:8080 answers 200 HTML in 4 ms.',
    backend,
    ...changes,
  });
