import { hostname } from 'node:os';
import { type FakeEngine, startFakeEngine } from '../support/fakeEngine.ts';

interface TownContainer {
  readonly name: string;
  readonly image: string;
  /** Of Compose. */
  readonly service?: string;
  readonly project?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Port inside → port of this machine, on which a real server stands in for the container. */
  readonly published?: Readonly<Record<number, number>>;
  readonly exposed?: readonly number[];
  readonly health?: string;
  /** Null while it runs. */
  readonly exitCode?: number;
}

const hour = 3_600_000;

/**
 * An engine that is made up, whose containers are servers of this machine: pictures are drawn where no engine runs.
 *
 * @param ports of the servers that stand in
 */
export async function startTownEngine(ports: {
  readonly web: number;
  readonly api: number;
  readonly reports: number;
}): Promise<FakeEngine> {
  const engine = await startFakeEngine();
  // In a virtual machine: the way to a container is the port that it publishes.
  engine.on('/info', {
    ID: 'town',
    // Our own name: it is on this machine, also where that is a container.
    Name: hostname(),
    OperatingSystem: 'Docker Desktop',
    SecurityOptions: [],
  });
  const town: readonly TownContainer[] = [
    {
      name: 'shop-web-1',
      image: 'shop-web:latest',
      project: 'shop',
      service: 'web',
      labels: { 'traefik.http.routers.web.rule': 'Host(`web.shop.localhost`)' },
      published: { 80: ports.web },
    },
    {
      name: 'shop-api-1',
      image: 'ghcr.io/acme/shop-api:2.4.1',
      project: 'shop',
      service: 'api',
      published: { 3000: ports.api },
      exposed: [9229],
      health: 'healthy',
    },
    {
      name: 'shop-admin-1',
      image: 'shop-admin:latest',
      project: 'shop',
      service: 'admin',
      published: { 5173: ports.web },
    },
    {
      name: 'shop-search-1',
      image: 'typesense/typesense:27.1',
      project: 'shop',
      service: 'search',
      published: { 8108: ports.api },
    },
    {
      name: 'shop-db-1',
      image: 'postgres:17',
      project: 'shop',
      service: 'db',
      exposed: [5432],
      health: 'healthy',
    },
    { name: 'shop-cache-1', image: 'redis:7', project: 'shop', service: 'cache', exposed: [6379] },
    {
      name: 'shop-worker-1',
      image: 'shop-worker:latest',
      project: 'shop',
      service: 'worker',
      exitCode: 1,
    },
    {
      name: 'blog-ghost-1',
      image: 'ghost:5',
      project: 'blog',
      service: 'ghost',
      labels: { 'berth.host': 'blog.localhost' },
      published: { 2368: ports.reports },
    },
    { name: 'blog-db-1', image: 'mysql:8', project: 'blog', service: 'db', exposed: [3306] },
    {
      name: 'metrics-grafana-1',
      image: 'grafana/grafana:11.3.0',
      project: 'metrics',
      service: 'grafana',
      labels: { 'dev.orbstack.domains': 'grafana.localhost' },
      published: { 3000: ports.web },
    },
    {
      name: 'metrics-prometheus-1',
      image: 'prom/prometheus:v3.0.0',
      project: 'metrics',
      service: 'prometheus',
      published: { 9090: ports.web },
    },
    {
      name: 'metrics-loki-1',
      image: 'grafana/loki:3.2.1',
      project: 'metrics',
      service: 'loki',
      published: { 3100: ports.api },
    },
    { name: 'mailpit', image: 'axllent/mailpit', published: { 8025: ports.web }, exposed: [1025] },
    { name: 'minio', image: 'minio/minio', published: { 9001: ports.web }, exposed: [9000] },
    { name: 'registry', image: 'registry:2', published: { 5000: ports.api } },
    { name: 'wiremock', image: 'wiremock/wiremock:3', published: { 8080: ports.api } },
    { name: 'old-redis', image: 'redis:7', exposed: [6379], exitCode: 0 },
  ];
  for (const [index, container] of town.entries()) {
    const id = (index + 10).toString(16).padStart(2, '0').repeat(32);
    engine.has(id, inspectedAs(id, container));
  }
  return engine;
}

function inspectedAs(id: string, container: TownContainer): object {
  const { name, image, service, project, labels, published = {}, exposed = [] } = container;
  const { health, exitCode } = container;
  const isRunning = exitCode === undefined;
  const now = Date.now();
  const inside = [...Object.keys(published), ...exposed.map(String)];
  return {
    Id: id,
    Name: `/${name}`,
    State: {
      Status: isRunning ? 'running' : 'exited',
      Running: isRunning,
      Pid: isRunning ? 4711 : 0,
      ExitCode: exitCode ?? 0,
      StartedAt: new Date(now - 3 * hour).toISOString(),
      FinishedAt: isRunning ? '0001-01-01T00:00:00Z' : new Date(now - 2 * hour).toISOString(),
      ...(health === undefined ? {} : { Health: { Status: health, Log: [] } }),
    },
    Config: {
      Image: image,
      Labels: {
        ...(project === undefined ? {} : { 'com.docker.compose.project': project }),
        ...(service === undefined ? {} : { 'com.docker.compose.service': service }),
        ...labels,
      },
      Env: [],
      ExposedPorts: Object.fromEntries(inside.map((port) => [`${port}/tcp`, {}])),
    },
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: {
      Ports: Object.fromEntries(
        inside.map((port) => {
          const at = published[Number(port)];
          const bound = [{ HostIp: '127.0.0.1', HostPort: String(at) }];
          return [`${port}/tcp`, at === undefined || !isRunning ? null : bound];
        }),
      ),
      Networks: { bridge: { NetworkID: 'n1', IPAddress: isRunning ? '172.17.0.9' : '' } },
    },
  };
}
