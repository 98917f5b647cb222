import { type Engines, openEngines } from '../../src/core/containers/engines/index.ts';
import type { Container } from '../../src/shared/model/container.ts';

/** What Berth knows of container engines, and when it came to know it. */
export interface FollowedEngines extends AsyncDisposable {
  readonly engines: Engines;
  /** The container of this id, or of this name. */
  container(idOrName: string): Container | undefined;
  /**
   * Resolves at the first change after which this holds, or at once; to the milliseconds that it took. Rejects after
   * `deadlineMs`.
   */
  until(what: string, holds: () => boolean, deadlineMs?: number): Promise<number>;
  /** Calls of listeners so far. */
  readonly changes: number;
}

/** Follows the engines at these addresses, and no others. Resolves when each has been asked. */
export async function followEngines(...configured: readonly string[]): Promise<FollowedEngines> {
  const engines = openEngines({
    configured,
    env: {},
    platform: 'linux',
    home: '/nowhere',
    log: () => {},
  });
  let changes = 0;
  engines.subscribe(() => changes++);
  await engines.ready;
  return {
    engines,
    container: (idOrName) =>
      engines.containers.get(idOrName) ??
      [...engines.containers.values()].find(({ name }) => name === idOrName),
    until: (what, holds, deadlineMs = 5000) => {
      const begun = performance.now();
      if (holds()) return Promise.resolve(0);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${what}: not within ${deadlineMs} ms`));
        }, deadlineMs);
        const unsubscribe = engines.subscribe(() => {
          if (!holds()) return;
          end();
          resolve(performance.now() - begun);
        });
        const end = (): void => {
          clearTimeout(timer);
          unsubscribe();
        };
      });
    },
    get changes() {
      return changes;
    },
    [Symbol.asyncDispose]: () => engines.close(),
  };
}
