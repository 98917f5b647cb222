import { loadConfig } from '../../core/config/load.ts';
import { type Names, namesHere } from '../../core/names/index.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { isRecord } from '../../shared/config/documented.ts';
import type { Api, Context } from '../context.ts';
import { runningInstance } from './runningInstance.ts';

export interface NamesOfUser {
  /** Rights are asked for on this terminal. */
  readonly names: Names;
  /** The running instance; null when none runs. */
  readonly api: Api | null;
  /** Whether the configuration has the instance keep the hosts file. */
  readonly keepsHostsFile: boolean;
}

/**
 * Names on this machine, for the instance of this user: with its hosts while it runs, else as a start here would read
 * its configuration.
 *
 * @throws BerthError where the instance cannot be talked to, or that configuration is not valid
 */
export async function openNamesHere(context: Context): Promise<NamesOfUser> {
  const { world, now } = context;
  const { platform, env, stderr } = world;
  const directories = directoriesFor(world);
  const api = await runningInstance(context);
  const { wanted, keepsHostsFile } = await (api === null ? ofConfiguration() : ofInstance(api));
  const names = namesHere({
    wanted: () => ({ ...wanted, isKept: false }),
    platform,
    env,
    isTerminal: stderr.isTTY === true,
    dataDirectory: directories.data,
    wallClock: now,
  });
  return { names, api, keepsHostsFile };

  async function ofConfiguration() {
    const { config } = await loadConfig({ ...world, file: null, directories });
    const { dnsPort, hostsFile } = config.names;
    const isKnown = dnsPort !== null && dnsPort !== 0;
    const dns = isKnown ? { address: '127.0.0.1', port: dnsPort } : null;
    const { suffixes, sharedSuffixes } = config;
    const wanted = { suffixes, sharedSuffixes, frontends: null, dns };
    return { wanted, keepsHostsFile: hostsFile };
  }
}

async function ofInstance({ instance, hosts, settings }: Api) {
  const [{ suffixes, sharedSuffixes, dns }, all, { values }] = await Promise.all([
    instance.status(),
    hosts.list(),
    settings.get(),
  ]);
  const names = isRecord(values) ? values['names'] : null;
  return {
    wanted: { suffixes, sharedSuffixes, dns, frontends: all.map(({ name }) => name) },
    keepsHostsFile: isRecord(names) && names['hostsFile'] === true,
  };
}
