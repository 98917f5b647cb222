import type { TrustView } from '../../shared/contract/trust.ts';
import { BerthError } from '../../shared/errors.ts';
import type { AuthorityInUse } from '../certificates/authority.ts';
import type { PermittedNames } from '../certificates/names.ts';
import { authorityPlace } from '../certificates/place.ts';
import { trustOnMachine } from '../trust/index.ts';
import type { Machine } from './machine.ts';

/**
 * Who trusts the CA that lies in a directory of data, for all that it is needed for. Nothing is made or changed,
 * whatever is missing.
 */
export async function lookAtTrust(
  machine: Machine,
  data: string,
  needed: PermittedNames,
): Promise<TrustView> {
  const { platform, env, home, isRoot } = machine;
  const place = authorityPlace(data);
  const find: AuthorityInUse['find'] = async () => {
    const { readAuthorityFiles } = await import('../certificates/authorityFiles.ts');
    return await readAuthorityFiles(place);
  };
  const authority: AuthorityInUse = {
    find,
    ensure: async () => {
      const found = await find();
      if (found === null) throw new BerthError('BERTH_CA_UNUSABLE', 'there is none yet');
      return found;
    },
  };
  return await trustOnMachine({
    platform,
    env,
    home,
    isRoot,
    isTerminal: false,
    dataDirectory: data,
    authority,
    needed: async () => needed,
  }).status({ prove: true });
}
