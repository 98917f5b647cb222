import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';

/** `berth capture <on|off>` */
export async function capture(
  { on }: { readonly on: boolean },
  { client, output }: Context,
): Promise<number> {
  const { traffic } = await client();
  const found = await traffic.capture({ on });
  if (output.json) output.document(found);
  else if (found.on) output.say('Requests are kept from now on');
  else output.say('Requests are not kept any more; berth capture on has them kept again');
  return exitCodes.ok;
}
