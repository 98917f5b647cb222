import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { contractVersion, type HandOver } from '../../shared/contract/instance.ts';
import { version } from '../../shared/version.ts';
import { ShortJson } from './jsonText.ts';
import { later } from './later.ts';
import { refusalOf } from './refusal.ts';
import type { ControlServices } from './services.ts';

export interface RouterParts {
  readonly fault: (error: unknown, call: string) => void;
  /** @throws BerthError when there is no door for which a code would be good */
  readonly handOver: () => HandOver;
}

/** Binds each call of the contract to the service that answers it. */
export function createRouter(services: () => ControlServices, { fault, handOver }: RouterParts) {
  const os = implement(contract);

  /**
   * Opens a stream at once, so that a refusal is the answer of the call. What it ends with later is told as a refusal,
   * or reported and told as nothing.
   */
  function guarded<T>(
    call: string,
    open: (ended: AbortSignal) => AsyncIterable<T>,
    signal = new AbortController().signal,
  ): AsyncGenerator<T> {
    const stream = open(signal);
    return follow();

    async function* follow(): AsyncGenerator<T> {
      try {
        yield* stream;
      } catch (error) {
        if (signal.aborted) return;
        const refusal = refusalOf(error);
        if (refusal === null) fault(error, call);
        throw refusal ?? new Error('the stream failed');
      }
    }
  }

  return os.router({
    instance: {
      hello: os.instance.hello.handler(() => ({
        contract: contractVersion,
        version,
        pid: process.pid,
      })),
      status: os.instance.status.handler(() => services().instance.status()),
      watch: os.instance.watch.handler(({ signal }) =>
        guarded('instance.watch', (ended) => services().instance.watch(ended), signal),
      ),
      try: os.instance.try.handler(({ input }) => services().instance.try(input)),
      reload: os.instance.reload.handler(async () => {
        await services().instance.reload();
        return null;
      }),
      reopenLogs: os.instance.reopenLogs.handler(async () => {
        await services().instance.reopenLogs();
        return null;
      }),
      handOver: os.instance.handOver.handler(handOver),
      metrics: os.instance.metrics.handler(() => services().instance.metrics()),
    },
    hosts: {
      list: os.hosts.list.handler(() => services().hosts.list(later)),
      get: os.hosts.get.handler(({ input }) => services().hosts.get(input)),
      watch: os.hosts.watch.handler(({ signal }) =>
        guarded('hosts.watch', (ended) => services().hosts.watch(ended, later), signal),
      ),
      add: os.hosts.add.handler(({ input }) => services().hosts.add(input)),
      set: os.hosts.set.handler(({ input }) => services().hosts.set(input)),
      remove: os.hosts.remove.handler(({ input }) => services().hosts.remove(input)),
      edits: os.hosts.edits.handler(() => services().hosts.edits()),
      undo: os.hosts.undo.handler(({ input }) => services().hosts.undo(input)),
    },
    traffic: {
      recent: os.traffic.recent.handler(({ input, signal }) =>
        services().traffic.recent(input, signal, later),
      ),
      follow: os.traffic.follow.handler(({ input, signal }) =>
        guarded(
          'traffic.follow',
          (ended) => short(services().traffic.follow(input, ended)),
          signal,
        ),
      ),
      watch: os.traffic.watch.handler(({ input, signal }) =>
        guarded('traffic.watch', (ended) => short(services().traffic.watch(input, ended)), signal),
      ),
      capture: os.traffic.capture.handler(({ input }) => services().traffic.capture(input)),
      replay: os.traffic.replay.handler(({ input, signal }) =>
        services().traffic.replay(input, signal),
      ),
      hosts: os.traffic.hosts.handler(() => services().traffic.hosts()),
      watchHosts: os.traffic.watchHosts.handler(({ signal }) =>
        guarded('traffic.watchHosts', (ended) => services().traffic.watchHosts(ended), signal),
      ),
    },
    health: {
      list: os.health.list.handler(() => services().health.list(later)),
      watch: os.health.watch.handler(({ signal }) =>
        guarded('health.watch', (ended) => services().health.watch(ended, later), signal),
      ),
      events: os.health.events.handler(({ signal }) =>
        guarded('health.events', (ended) => services().health.events(ended), signal),
      ),
      check: os.health.check.handler(({ input }) => services().health.check(input)),
      drain: os.health.drain.handler(({ input }) => services().health.drain(input)),
      revive: os.health.revive.handler(({ input }) => services().health.revive(input)),
    },
    containers: {
      list: os.containers.list.handler(() => services().containers.list()),
      watch: os.containers.watch.handler(({ signal }) =>
        guarded('containers.watch', (ended) => services().containers.watch(ended), signal),
      ),
      look: os.containers.look.handler(({ input, signal }) =>
        services().containers.look(input, signal),
      ),
      map: os.containers.map.handler(({ input, signal }) =>
        services().containers.map(input, signal),
      ),
      unmap: os.containers.unmap.handler(({ input }) => services().containers.unmap(input)),
      ports: os.containers.ports.handler(() => services().containers.ports()),
    },
    doctor: {
      run: os.doctor.run.handler(({ signal }) =>
        guarded('doctor.run', (ended) => services().doctor.run(ended), signal),
      ),
      preview: os.doctor.preview.handler(({ input }) => services().doctor.preview(input)),
      fix: os.doctor.fix.handler(({ input }) => services().doctor.fix(input)),
    },
    trust: {
      status: os.trust.status.handler(({ input }) => services().trust.status(input)),
      plan: os.trust.plan.handler(({ input }) => services().trust.plan(input)),
      change: os.trust.change.handler(({ input }) => services().trust.change(input)),
    },
    setup: {
      plan: os.setup.plan.handler(({ input }) => services().setup.plan(input)),
      change: os.setup.change.handler(({ input }) => services().setup.change(input)),
    },
    names: {
      look: os.names.look.handler(({ input }) => services().names.look(input)),
      plan: os.names.plan.handler(({ input }) => services().names.plan(input)),
      change: os.names.change.handler(({ input }) => services().names.change(input)),
    },
    certificates: {
      list: os.certificates.list.handler(() => services().certificates.list()),
      ensure: os.certificates.ensure.handler(() => services().certificates.ensure()),
      authority: os.certificates.authority.handler(() => services().certificates.authority()),
    },
    settings: {
      get: os.settings.get.handler(() => services().settings.get()),
      set: os.settings.set.handler(({ input }) => services().settings.set(input)),
    },
  });
}

/** A stream of messages that are never long, however many records come: `limits` bound them. */
async function* short<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
  // What is sent is the text of it.
  for await (const message of stream) yield new ShortJson(message) as unknown as T;
}
