import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tokenFile } from '../../core/control/address.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { openerFor } from '../opener.ts';

/**
 * `berth open`: the dashboard.
 *
 * Its token must not become an argument of a program, which every user of the machine can read. The browser is given a
 * file that its user alone may read, and which leads on to the address with the token in the fragment.
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
  const directories = directoriesFor(world);
  const token = (await readFile(tokenFile(directories, world.platform), 'utf8')).trim();
  const url = `${address}/#token=${token}`;
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
      'There is no browser to open it with; berth open --print shows the address with its token.',
    );
    return exitCodes.ok;
  }
  const file = await writeLink(join(directories.runtime, 'dashboard.html'), url);
  if (!(await world.launch(opener.program, [...opener.argv, pathToFileURL(file).href]))) {
    output.say(
      `${opener.program} could not be started; berth open --print shows the address with its token.`,
    );
  }
  return exitCodes.ok;
}

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
