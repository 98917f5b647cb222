import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { trafficLines } from '../render/traffic.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';

export interface TopInput {
  /** Print once, also on a terminal. */
  readonly once: boolean;
}

/** `berth top` */
export async function top({ once }: TopInput, context: Context): Promise<number> {
  const { client, output, signal, world } = context;
  const { traffic } = await client();
  if (once || output.json || !output.isScreen) {
    const summary = await traffic.hosts();
    if (output.json) output.document({ ...summary });
    else output.lines(trafficLines(summary, { ...pageOf(output), height: null }));
    return exitCodes.ok;
  }
  const screen = openScreen(output, world.signals);
  try {
    const summaries = lasting(() => traffic.watchHosts(undefined, { signal }), signal);
    for await (const summary of summaries) {
      const height = screen.room - 2;
      screen.show([
        ...trafficLines(summary, { ...pageOf(output), height }),
        '',
        output.style.quiet('Ctrl-C ends'),
      ]);
    }
  } finally {
    screen.close();
  }
  return exitCodes.ok;
}

/** As the terminal is now. */
const pageOf = ({ style, width }: Context['output']) => ({ style, width });
