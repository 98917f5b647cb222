import { neededNames, type PermittedNames } from '../../core/certificates/names.ts';
import { loadConfig } from '../../core/config/load.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { isRecord } from '../../shared/config/documented.ts';
import type { Context } from '../context.ts';
import { runningInstance } from './runningInstance.ts';

/** What the local CA is needed for. */
export interface NeededHere {
  readonly names: PermittedNames;
  /** Those of `certificates.names`. */
  readonly added: readonly string[];
  /** Whether hosts are served by it. */
  readonly isSecure: boolean;
}

/**
 * Of the instance, which may have been started with any file, in any directory; else of what a start here would read.
 *
 * @throws BerthError where the instance cannot be talked to, or that configuration is not valid
 */
export async function neededHere(context: Pick<Context, 'client' | 'world'>): Promise<NeededHere> {
  const { world } = context;
  const api = await runningInstance(context);
  if (api === null) {
    const directories = directoriesFor(world);
    const { config } = await loadConfig({ ...world, file: null, directories });
    const added = config.certificates.names;
    return {
      names: neededNames(config.suffixes, added),
      added,
      isSecure: config.binds.some(({ tls }) => tls !== null && tls.key === null),
    };
  }
  const [{ needed: names }, { values }, { listeners }] = await Promise.all([
    api.certificates.list(),
    api.settings.get(),
    api.instance.status(),
  ]);
  return { names, added: namesIn(values), isSecure: listeners.some(({ secure }) => secure) };
}

function namesIn(values: unknown): readonly string[] {
  const certificates = isRecord(values) ? values['certificates'] : null;
  const names = isRecord(certificates) ? certificates['names'] : null;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
