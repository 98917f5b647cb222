import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { type Reply, reasonOf, StoreAway, type StoreCommand } from '../../store/command.ts';
import type { SharedStore } from '../../store/store.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { noBackend } from '../hosts/noBackend.ts';

type HostEdits = Pick<Hosts, 'get' | 'set'>;

/** Takes a backend out of service; it keeps what it has. */
export async function drainBackend(hosts: HostEdits, name: string, url: string): Promise<void> {
  await editDrained(hosts, name, ({ backends, options: { drained } }) => {
    if (!backends.includes(url)) throw noBackend(name, [url], backends);
    return drained.includes(url) ? null : [...drained, url];
  });
}

/**
 * Ends dead marks and draining, of one backend or of all.
 *
 * @returns the URLs that it was about
 */
export async function reviveBackends(
  {
    hosts,
    store,
    keys,
  }: { readonly hosts: HostEdits; readonly store: Pick<SharedStore, 'edit'>; readonly keys: Keys },
  name: string,
  url: string | undefined,
): Promise<readonly string[]> {
  const { backends } = await hosts.get({ name });
  if (url !== undefined && !backends.includes(url)) throw noBackend(name, [url], backends);
  await removeMarks(store, keys, name, url);
  await editDrained(hosts, name, ({ options: { drained } }) => {
    const left = url === undefined ? [] : drained.filter((other) => other !== url);
    return left.length === drained.length ? null : left;
  });
  return url === undefined ? [...new Set(backends)] : [url];
}

/** @param decide the URLs that are to be drained, or null when that is so already */
async function editDrained(
  hosts: HostEdits,
  name: string,
  decide: (view: HostView) => readonly string[] | null,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const view = await hosts.get({ name });
    const drained = decide(view);
    if (drained === null) return;
    try {
      await hosts.set({ name, options: { drained: [...drained] }, expect: view.revision });
      return;
    } catch (error) {
      const isConflict = error instanceof BerthError && error.code === 'BERTH_CONFLICT';
      if (!isConflict || attempt >= limits.maxOptionTries) throw error;
    }
  }
}

async function removeMarks(
  store: Pick<SharedStore, 'edit'>,
  keys: Keys,
  name: string,
  url: string | undefined,
): Promise<void> {
  const dead = keys.dead(name);
  const reasons = keys.deadReasons(name);
  const decide = ([list, marked]: readonly Reply[]) => {
    if (list?.ok !== true) throw new Error(list?.error ?? 'no answer');
    if (marked?.ok !== true || marked.value === 0) return { writes: [], result: null };
    const urls = (Array.isArray(list.value) ? (list.value as unknown[]) : []).slice(1);
    const indexes = urls.flatMap((standing, index) => (standing === url ? [index] : []));
    const all: StoreCommand[][] = [[['del', dead]], [['del', reasons]]];
    const some: StoreCommand[][] = [[['srem', dead, ...indexes]], [['hdel', reasons, ...indexes]]];
    const [marks = [], words = []] = url === undefined ? all : some;
    return {
      writes: [
        { key: dead, commands: marks, otherwise: marks },
        { key: reasons, commands: words, otherwise: words },
      ],
      result: null,
    };
  };
  let outcome: Awaited<ReturnType<typeof store.edit>>;
  try {
    outcome = await store.edit({
      reads: [
        ['lrange', keys.frontend(name), 0, limits.maxBackendsPerFrontend],
        ['scard', dead],
        ['hlen', reasons],
      ],
      decide,
    });
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    throw new BerthError('BERTH_STORE_UNREACHABLE', reasonOf(error), { cause: error });
  }
  if (outcome.kind === 'conflict') {
    throw new BerthError('BERTH_CONFLICT', `the dead marks of ${name} change all the time`);
  }
}
