import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { statusLines } from '../render/status.ts';

/** `berth status` */
export async function status(_input: object, { client, output, now }: Context): Promise<number> {
  const found = await (await client()).instance.status();
  if (output.json) output.document(found);
  else output.lines(statusLines(found, now(), output));
  return exitCodes.ok;
}
