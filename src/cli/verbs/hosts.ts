import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { hostLines } from '../render/hosts.ts';
import { counted } from '../render/units.ts';

/** `berth hosts` */
export async function hosts(_input: object, { client, output, signal }: Context): Promise<number> {
  const found = await (await client()).hosts.list(undefined, { signal });
  if (output.json) {
    output.document({ hosts: found });
    return exitCodes.ok;
  }
  if (found.length === 0) output.say('There is no host yet. Add one: berth add app.localhost 3000');
  else output.lines(hostLines(found, output));
  const wrong = found.filter(({ findings }) => findings.length > 0).length;
  if (wrong > 0) {
    output.say(
      `\nberth lint tells more of the ${counted(wrong, 'host')} with something to look at.`,
    );
  }
  return exitCodes.ok;
}
