import type { Config, TlsFiles } from '../../shared/config/config.ts';
import type { Log } from '../../shared/messages.ts';
import type { ListenerSpec, TlsMaterial } from '../../shared/model/listener.ts';
import { hasFiles, tlsFileKey } from '../config/tlsFiles.ts';
import type { Listener } from '../listen/listeners.ts';
import { readStaticPagesOr, type StaticPages } from '../system/staticPages.ts';
import { readTls, readTlsOr } from '../system/tls.ts';

/** What is read from files for workers, that they need no right to. */
export interface Served {
  readonly listeners: readonly ListenerSpec[];
  /** The directory of the error pages, and what they hold. */
  readonly staticDir: string | null;
  readonly staticPages: StaticPages;
  /** Keys and certificates by the files they were read from. */
  readonly tls: ReadonlyMap<string, TlsMaterial>;
}

export const servingNothing: Served = {
  listeners: [],
  staticDir: null,
  staticPages: {},
  tls: new Map(),
};

/**
 * Reads what a configuration names. A key, certificate or error page that was read before, as root perhaps, and may not
 * be read any more stays as it was, and that is said.
 *
 * @throws BerthError BERTH_CONFIG_INVALID that names the file
 */
export async function readServed(
  config: Config,
  listeners: readonly Listener[],
  { before, log }: { readonly before: Served; readonly log: Log },
): Promise<Served> {
  const specs: ListenerSpec[] = [];
  const tls = new Map<string, TlsMaterial>();
  const said = new Set<string>();
  const read = async (files: TlsFiles): Promise<TlsMaterial> => {
    const key = tlsFileKey(files);
    const known = before.tls.get(key);
    const material =
      known === undefined
        ? await readTls(files)
        : await readTlsOr(known, files, (problem) => said.add(problem));
    tls.set(key, material);
    return material;
  };
  for (const { id, address, port, bind } of listeners) {
    specs.push({ id, address, port, tls: hasFiles(bind.tls) ? await read(bind.tls) : bind.tls });
  }
  const { staticDir } = config.server;
  const known = staticDir === before.staticDir ? before.staticPages : null;
  const keptPages: string[] = [];
  const staticPages = await readStaticPagesOr(known, staticDir, (path) => keptPages.push(path));
  for (const problem of said) {
    log(
      'warn',
      `TLS goes on with what was read before: ${problem}; let the user's group read it (chgrp, chmod g+r) and send SIGHUP again`,
    );
  }
  if (keptPages.length > 0) {
    const paths = keptPages.map((path) => `"${path}"`).join(', ');
    log(
      'warn',
      `error pages go on with what was read before: ${paths} may not be read by this user; let the user's group read it (chgrp, chmod g+rX) and send SIGHUP again`,
    );
  }
  return { listeners: specs, staticDir, staticPages, tls };
}
