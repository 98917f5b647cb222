import { chmod } from 'node:fs/promises';
import type { FixResult } from '../../shared/contract/doctor.ts';
import { reasonOf } from '../../store/command.ts';
import { authorityPlace } from '../certificates/place.ts';
import type { Directories } from '../system/directories.ts';
import { named } from './words.ts';

/** What actions change. */
export interface ActionDeps {
  readonly directories: Directories;
  /** Hosts with dead marks that are about no backend of theirs. */
  readonly hostsWithStaleMarks: () => Promise<readonly string[]>;
  /** Ends the dead marks of a host. */
  readonly revive: (host: string) => Promise<unknown>;
}

/** By their id; each says what it did, or throws. */
const actions: Readonly<Record<string, (deps: ActionDeps) => Promise<string>>> = {
  'close-directories': async ({ directories }) => {
    const paths = [...new Set(Object.values(directories) as string[])];
    for (const path of paths) await chmod(path, 0o700);
    return `${named(paths, 4)} are open to this user alone now`;
  },
  'close-key': async ({ directories }) => {
    const { key } = authorityPlace(directories.data);
    await chmod(key, 0o600);
    return `${key} is open to this user alone now`;
  },
  'end-dead-marks': async ({ hostsWithStaleMarks, revive }) => {
    const hosts = await hostsWithStaleMarks();
    for (const host of hosts) await revive(host);
    return hosts.length === 0 ? 'there was no such mark any more' : `revived ${named(hosts)}`;
  },
};

/** Carries out an action; null for one that there is not. Never rejects. */
export async function carryOutAction(id: string, deps: ActionDeps): Promise<FixResult | null> {
  const action = Object.hasOwn(actions, id) ? actions[id] : undefined;
  if (action === undefined) return null;
  try {
    return { ok: true, says: await action(deps) };
  } catch (error) {
    return { ok: false, says: reasonOf(error) };
  }
}
