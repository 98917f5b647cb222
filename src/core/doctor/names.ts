import type { NamesView } from '../../shared/contract/names.ts';
import { namesHere } from '../names/index.ts';
import type { Machine } from './machine.ts';

/** What is to be found, as far as it is known. */
export interface NamesToFind {
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  /** Null while no instance runs. */
  readonly frontends: readonly string[] | null;
  readonly dns: { readonly address: string; readonly port: number } | null;
}

/** What the machine has been told of the names of Berth: hosts file and resolver. No host is looked up. */
export async function lookAtNames(
  { platform, env, wallClock }: Machine,
  data: string,
  names: NamesToFind,
): Promise<NamesView> {
  return await namesHere({
    wanted: () => ({ ...names, isKept: false }),
    platform,
    env,
    isTerminal: false,
    dataDirectory: data,
    wallClock,
  }).look({ hosts: [] });
}
