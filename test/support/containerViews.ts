import type {
  ContainersView,
  ContainerView,
  MappingView,
  PortVerdict,
} from '../../src/shared/contract/containers.ts';

const socket = 'unix:///var/run/docker.sock';

export const containerView = (changes: Partial<ContainerView> = {}): ContainerView => ({
  engine: socket,
  id: 'a'.repeat(64),
  name: 'shop-web-1',
  image: 'web:1',
  project: 'shop',
  service: 'web',
  state: 'running',
  health: null,
  startedAt: 1,
  exitCode: null,
  ports: [{ port: 8080, published: [] }],
  addresses: ['172.17.0.2'],
  wants: [],
  problems: [],
  port: 8080,
  suggestion: 'web.shop.localhost',
  ...changes,
});

export const mappingView = (changes: Partial<MappingView> = {}): MappingView => ({
  name: 'app.localhost',
  id: 'one',
  state: 'up',
  reason: '',
  containers: ['a'.repeat(64)],
  machine: { id: 'machine-1', name: 'desk' },
  engine: socket,
  target: { kind: 'service', project: 'shop', service: 'web' },
  port: 8080,
  scheme: 'http',
  source: 'hand',
  from: '',
  made: true,
  backends: ['http://172.17.0.2:8080'],
  ...changes,
});

export const containersView = (changes: Partial<ContainersView> = {}): ContainersView => ({
  enabled: true,
  engines: [
    {
      id: socket,
      name: 'Docker',
      source: 'socket',
      state: 'running',
      version: '20.10.24',
      reason: '',
      advice: '',
    },
  ],
  none: null,
  containers: [containerView()],
  left: 0,
  mappings: [mappingView()],
  ...changes,
});

export const portVerdict = (changes: Partial<PortVerdict> = {}): PortVerdict => ({
  port: 8080,
  scheme: 'http',
  works: true,
  sentence: 'shop-web-1:8080 answers 200 HTML in 4 ms.',
  fix: '',
  kind: 'answers',
  backend: 'http://172.17.0.2:8080',
  status: 200,
  ms: 4,
  ...changes,
});
