import { rename, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { linkFile } from '../../core/control/address.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { isWsl, openerFor } from '../opener.ts';
import type { World } from '../world.ts';

/**
 * `berth open`: the dashboard.
 *
 * What opens it must not become an argument of a program, which every user of the machine can read. The browser is
 * given a file that its user alone may read, and which leads on to the address with a code in the fragment. The code is
 * good once, so that nothing is left of it in the browser's history.
 */
export async function dashboard(
  { print }: { readonly print: boolean },
  context: Context,
): Promise<number> {
  const { client, output, world } = context;
  const api = await client();
  const { dashboard: address } = await api.instance.status();
  if (address === null) {
    throw new BerthError(
      'BERTH_CONTROL_UNUSABLE',
      'it has no dashboard: "control.port" is switched off or its port was taken, as the log of its start says',
    );
  }
  const { code } = await api.instance.handOver();
  const url = `${address}/#code=${code}`;
  if (output.json) {
    output.document({ url });
    return exitCodes.ok;
  }
  if (print) {
    output.lines([url]);
    return exitCodes.ok;
  }
  output.lines([`${address}/`]);
  const opener = openerFor(world.platform, world.env);
  if (opener === null) {
    output.say(
      'There is no browser to open it with; berth open --print shows an address that opens it once.',
    );
    return exitCodes.ok;
  }
  const file = await writeLink(linkFile(directoriesFor(world), world.platform), url);
  const target = isWsl(world) ? await windowsTarget(file, url, world) : pathToFileURL(file).href;
  if (!(await world.launch(opener.program, [...opener.argv, target]))) {
    output.say(
      `${opener.program} could not be started; berth open --print shows an address that opens it once.`,
    );
  } else if (opener.program === 'xdg-open') {
    // One of a snap or flatpak sees neither /run nor hidden directories, and nobody tells us which browser it is.
    output.say(
      `If the browser cannot read ${file}, berth open --print shows an address that it can open.`,
    );
  }
  return exitCodes.ok;
}

/**
 * What a browser of Windows is given under WSL: the file by the path that it has there. Without one the address itself,
 * whose code others could read for a moment, and which is good once.
 */
const windowsTarget = async (file: string, url: string, world: World): Promise<string> =>
  (await world.ask('wslpath', ['-w', file])) ?? url;

/** Writes a page that its user alone may read, and that leads on. */
async function writeLink(file: string, url: string): Promise<string> {
  const made = `${file}.${process.pid}`;
  await rm(made, { force: true });
  await writeFile(
    made,
    `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${url}">
<title>Berth</title>
<p><a href="${url}">Go on to the dashboard</a></p>
`,
    { mode: 0o600, flag: 'wx' },
  );
  await rename(made, file);
  return file;
}
