import type { HealthEvent } from '../../shared/contract/health.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import type { Style } from '../render/style.ts';
import { oneLine } from '../render/text.ts';
import { clock, counted } from '../render/units.ts';
import { lasting } from '../stream.ts';

/** `berth events`: what happens to backends from now on, and lasts. */
export async function events(_input: object, { client, output, signal }: Context): Promise<number> {
  const { health } = await client();
  for await (const event of lasting(() => health.events(undefined, { signal }), signal)) {
    if (event.dropped > 0) {
      output.warn(
        `${counted(event.dropped, 'event')} left out: they came faster than they were read`,
      );
    }
    if (output.json) output.record({ ...event });
    else output.lines([eventLine(event, output.style)]);
    await output.drained();
  }
  return exitCodes.ok;
}

/** As `10:42:07  app.localhost  http://127.0.0.1:3000  up → down: refused`. */
function eventLine({ at, name, url, from, to, reason }: HealthEvent, style: Style): string {
  const paint = {
    up: style.good,
    down: style.bad,
    unknown: style.quiet,
    drained: style.warn,
    paused: style.note,
  }[to];
  const change = from === to ? `${to}, and keeps changing` : `${from} → ${to}`;
  const why = reason === '' ? '' : `: ${oneLine(reason)}`;
  return `${style.quiet(clock(at))}  ${oneLine(name)}  ${oneLine(url)}  ${paint(change)}${why}`;
}
