import type { Log } from '../../shared/messages.ts';
import type { Directories } from './directories.ts';
import {
  becomeUser,
  handOver,
  type Identity,
  identityCalls,
  type PrivilegePlan,
} from './privileges.ts';

/**
 * Does what the plan says, and says it.
 *
 * @returns who this process has become, or null when it stays who it was
 */
export async function giveUpRights(
  plan: PrivilegePlan,
  { directories, log }: { readonly directories: Omit<Directories, 'config'>; readonly log: Log },
): Promise<Identity | null> {
  if (plan.kind === 'keep') {
    if (plan.warning !== null) log('warn', plan.warning);
    return null;
  }
  const calls = identityCalls();
  if (calls === null) return null;
  const { identity } = plan;
  await handOver([directories.data, directories.state, directories.runtime], identity);
  becomeUser(identity, calls);
  log('info', `running as ${identity.name} (uid ${identity.uid}, gid ${identity.gid})`);
  return identity;
}
