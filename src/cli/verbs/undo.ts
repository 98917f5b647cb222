import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';

/** `berth undo [ID]` */
export async function undo(
  { id }: { readonly id: number | undefined },
  { client, output }: Context,
): Promise<number> {
  const edit = await (await client()).hosts.undo(id === undefined ? {} : { id });
  if (output.json) output.document({ edit });
  else output.say(`Took back edit ${edit.id}: ${edit.name}, ${edit.summary}`);
  return exitCodes.ok;
}
