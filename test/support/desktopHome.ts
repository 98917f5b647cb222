import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from './temporaryDirectory.ts';

/** A BERTH_HOME whose instance listens on free ports only. */
export async function desktopHome(
  server: object = {},
  config: object = {},
): Promise<TemporaryDirectory> {
  const home = await temporaryDirectory();
  await mkdir(join(home.path, 'config'), { mode: 0o700 });
  await writeFile(
    join(home.path, 'config', 'config.json'),
    JSON.stringify({
      http: { bind: '127.0.0.1', port: 0 },
      driver: 'embedded:',
      user: 'root',
      control: { port: null },
      server: { workers: 1, accessLog: join(home.path, 'access.log'), gracefulWait: 5, ...server },
      ...config,
    }),
  );
  return home;
}
