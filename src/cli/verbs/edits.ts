import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { editLines } from '../render/edits.ts';

/** `berth edits` */
export async function edits(_input: object, { client, output, now }: Context): Promise<number> {
  const found = await (await client()).hosts.edits();
  if (output.json) output.document({ edits: found });
  else if (found.length === 0)
    output.say('Nothing was edited through this instance since it started.');
  else output.lines(editLines(found, now(), output));
  return exitCodes.ok;
}
