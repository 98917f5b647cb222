import { exitCodes } from '../../shared/exitCodes.ts';
import { completionScripts, type Shell } from '../completion/shells.ts';
import type { Context } from '../context.ts';

/** `berth completion SHELL` */
export async function completion(
  { shell }: { readonly shell: Shell },
  { output }: Context,
): Promise<number> {
  if (output.json) output.document({ shell, script: completionScripts[shell] });
  else output.draw(completionScripts[shell]);
  return exitCodes.ok;
}
