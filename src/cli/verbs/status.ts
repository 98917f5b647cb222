import { exitCodes } from '../../shared/exitCodes.ts';
import type { Api, Context } from '../context.ts';
import { statusLines } from '../render/status.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';

export interface StatusInput {
  /** Go on with what changes. */
  readonly watch: boolean;
}

/** `berth status` */
export async function status({ watch }: StatusInput, context: Context): Promise<number> {
  const { client, output, now } = context;
  const { instance } = await client();
  if (watch) return await watchStatus(instance, context);
  const found = await instance.status();
  if (output.json) output.document(found);
  else output.lines(statusLines(found, now(), { style: output.style, width: null }));
  return exitCodes.ok;
}

async function watchStatus(
  instance: Api['instance'],
  { output, signal, now, world }: Context,
): Promise<number> {
  const found = lasting(() => instance.watch(undefined, { signal }), signal);
  const screen = output.isScreen && !output.json ? openScreen(output, world.signals) : null;
  try {
    for await (const status of found) {
      if (output.json) output.record(status);
      else {
        const lines = [...statusLines(status, now(), output), ''];
        if (screen === null) output.lines(lines);
        else screen.show([...lines, output.style.quiet('Ctrl-C ends')]);
      }
      await output.drained();
    }
  } finally {
    screen?.close();
  }
  return exitCodes.ok;
}
