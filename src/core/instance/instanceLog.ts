import { join } from 'node:path';
import type { Config } from '../../shared/config/config.ts';
import type { Log } from '../../shared/messages.ts';
import { type AccessLog, type AccessLogStyle, openAccessLog } from '../accessLog/file.ts';

/**
 * Opens the access log of a configuration. A default that cannot be written moves into the state directory, and that is
 * said; a setting may not.
 *
 * @throws BerthError
 */
export async function openInstanceLog(
  { server }: Pick<Config, 'server'>,
  {
    state,
    owner,
    log,
  }: {
    readonly state: string;
    /** Whom a file that is made belongs to; null leaves it ours. */
    readonly owner: { readonly uid: number; readonly gid: number } | null;
    readonly log: Log;
  },
): Promise<AccessLog> {
  const style = accessLogStyle(server);
  const how = owner === null ? { log, style } : { log, style, owner };
  try {
    return await openAccessLog(server.accessLog, how);
  } catch (error) {
    const elsewhere = join(state, 'access.log');
    if (server.accessLogIsSet || elsewhere === server.accessLog) throw error;
    const moved = await openAccessLog(elsewhere, how);
    log('warn', `${server.accessLog} cannot be written; the access log is ${elsewhere}`);
    return moved;
  }
}

/** How the log of a configuration is written, wherever it is. */
export const accessLogStyle = (server: Config['server']): AccessLogStyle => ({
  format: server.accessLogFormat,
  maxBytes: server.accessLogMaxSize * megabyte,
  keep: server.accessLogKeep,
});

const megabyte = 1024 * 1024;
