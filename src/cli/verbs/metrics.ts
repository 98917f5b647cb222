import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';

/** `berth metrics` */
export async function metrics(_input: object, { client, output }: Context): Promise<number> {
  const text = await (await client()).instance.metrics();
  if (output.json) output.document({ metrics: text });
  else output.lines([text.trimEnd()]);
  return exitCodes.ok;
}
