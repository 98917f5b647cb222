import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type {
  ContainersView,
  ContainerView,
  ListeningPort,
  MappingPreview,
  PortVerdict,
} from '../../src/shared/contract/containers.ts';
import type { HostsEvent, HostView } from '../../src/shared/contract/hosts.ts';
import type { TriedHost } from '../../src/shared/contract/instance.ts';
import { BerthError } from '../../src/shared/errors.ts';
import { mappingId } from '../../src/shared/model/mapping.ts';
import { startControlHarness } from './controlHarness.ts';
import { hostView } from './hostView.ts';
import { instanceStatus } from './instanceStatus.ts';
import { containersView, mappingView, portVerdict } from './shownContainers.ts';

/** The control plane of an instance whose engines, containers and hosts are what a test says. */
export interface ContainersHarness extends AsyncDisposable {
  /** As of a BerthProcess: what opens its interface. */
  readonly said: string;
  readonly home: string;
  /** What changes something, as `map web.localhost`. */
  readonly calls: readonly string[];
  readonly view: ContainersView;
  show(changed: Partial<ContainersView>): void;
  setHost(host: HostView): void;
  /** What is answered from now on. */
  readonly options: FakeAnswers;
}

interface FakeAnswers {
  /** What a port of a container says; by default it answers 200. */
  verdict: (container: ContainerView, port: number) => Partial<PortVerdict>;
  /** What a host answers through the proxy. */
  tried: (name: string) => TriedHost;
  ports: readonly ListeningPort[];
}

/** A value whose streams tell it, and each next one. */
function createTold<T>(first: T) {
  let value = first;
  const waking = new Set<() => void>();
  return {
    get: () => value,
    set: (next: T) => {
      value = next;
      for (const wake of waking) wake();
    },
    async *follow(signal: AbortSignal): AsyncGenerator<T> {
      let told: T | undefined;
      while (!signal.aborted) {
        if (told !== value) {
          told = value;
          yield value;
          continue;
        }
        await new Promise<void>((wake) => {
          waking.add(wake);
          signal.addEventListener('abort', () => wake(), { once: true });
        });
      }
    },
  };
}

export async function startContainersHarness(): Promise<ContainersHarness> {
  const home = await mkdtemp(join(tmpdir(), 'berth-containers-'));
  await mkdir(join(home, 'run'));
  const calls: string[] = [];
  const view = createTold(containersView());
  const hosts = createTold<ReadonlyMap<string, HostView>>(new Map());
  const status = instanceStatus({ suffixes: ['localhost', 'test'] });
  const setHost = (host: HostView): void => hosts.set(new Map([...hosts.get(), [host.name, host]]));
  const options: FakeAnswers = {
    verdict: () => ({}),
    tried: () => ({ ok: true, status: 200, ms: 9, reason: '' }),
    ports: [],
  };

  const containerOf = (word: string): ContainerView => {
    const found = view
      .get()
      .containers.find(({ id, name }) => id.startsWith(word) || name === word);
    if (found === undefined) throw new BerthError('BERTH_HOST_NOT_FOUND', word);
    return found;
  };
  const verdictOf = (container: ContainerView, port: number): PortVerdict =>
    portVerdict({
      port,
      sentence: `It works: ${container.addresses[0] ?? ''}:${port} answers 200.`,
      backend: `http://${container.addresses[0] ?? ''}:${port}`,
      ...options.verdict(container, port),
    });

  const control = await startControlHarness(
    {
      hosts: {
        list: () => [...hosts.get().values()],
        get: ({ name }) => {
          const host = hosts.get().get(name);
          if (host === undefined) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
          return host;
        },
        watch: async function* (signal): AsyncGenerator<HostsEvent> {
          for await (const all of hosts.follow(signal))
            yield { kind: 'all', hosts: [...all.values()] };
        },
        add: ({ name, backends }) => {
          calls.push(`add ${name} ${backends.join(' ')}`);
          const before = hosts.get().get(name)?.backends ?? [];
          const host = hostView({ name, backends: [...before, ...backends] });
          setHost(host);
          return host;
        },
        set: ({ name }) => hostView({ name }),
        remove: () => null,
        edits: () => [],
        undo: () => {
          throw new BerthError('BERTH_HOST_NOT_FOUND', 'nothing to undo');
        },
      },
      instance: {
        status: () => status,
        watch: async function* (signal) {
          yield status;
          await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
        },
        reload: async () => undefined,
        reopenLogs: async () => undefined,
        metrics: () => '# EOF\n',
        try: ({ name }) => {
          calls.push(`try ${name}`);
          return options.tried(name);
        },
      },
      containers: {
        list: () => view.get(),
        watch: (signal) => view.follow(signal),
        look: ({ container, port }) => {
          const found = containerOf(container);
          const ports = port === undefined ? found.ports.map((one) => one.port) : [port];
          return ports.map((one) => verdictOf(found, one));
        },
        map: ({ name, engine, container, target, port, scheme, dry }): MappingPreview => {
          const found =
            container === undefined
              ? view
                  .get()
                  .containers.find(
                    (one) =>
                      (target?.kind === 'container' && one.name === target.name) ||
                      (target?.kind === 'service' && one.service === target.service),
                  )
              : containerOf(container);
          if (found === undefined) throw new BerthError('BERTH_HOST_NOT_FOUND', name);
          const { project, service } = found;
          const at = port ?? found.port ?? 80;
          const verdict = verdictOf(found, at);
          const mapping = mappingView({
            name,
            engine: engine ?? found.engine,
            target:
              project === null || service === null
                ? { kind: 'container', name: found.name }
                : { kind: 'service', project, service },
            port: at,
            scheme: scheme ?? 'http',
            backends: verdict.backend === null ? [] : [verdict.backend],
            state: verdict.works ? 'up' : 'unreachable',
            reason: verdict.works ? '' : verdict.sentence,
            containers: view
              .get()
              .containers.filter(
                (one) =>
                  one.id === found.id ||
                  (service !== null && one.service === service && one.project === project),
              )
              .map(({ id }) => id),
          });
          const made = { ...mapping, id: mappingId(mapping) };
          if (dry !== true) {
            calls.push(`map ${name} ${found.name}:${at}`);
            const { mappings } = view.get();
            view.set({
              ...view.get(),
              mappings: [...mappings.filter(({ id }) => id !== made.id), made],
            });
            const before = hosts.get().get(name)?.backends ?? [];
            setHost(hostView({ name, backends: [...before, ...made.backends] }));
          }
          return {
            mapping: made,
            commands: [
              `HSET berth:mapping:${name} '["m","${found.name}",${at}]' '{"port":${at}}'`,
              `RPUSH frontend:${name} ${name} ${made.backends.join(' ')}`,
            ],
            verdict,
          };
        },
        unmap: ({ name, id }) => {
          calls.push(`unmap ${name}`);
          const { mappings } = view.get();
          const ended = mappings.filter(
            (one) => one.name === name && (id === undefined || one.id === id),
          );
          view.set({
            ...view.get(),
            mappings: mappings.filter((one) => !ended.includes(one)),
          });
          return ended;
        },
        ports: () => options.ports,
      },
    },
    join(home, 'run'),
    resolve('dist/renderer'),
  );
  return {
    said: `dashboard  ${control.control.dashboard ?? ''}/ `,
    home,
    calls,
    get view() {
      return view.get();
    },
    show: (changed) => view.set({ ...view.get(), ...changed }),
    setHost,
    options,
    [Symbol.asyncDispose]: async () => {
      await control[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
