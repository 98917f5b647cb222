import { exitCodes } from '../../shared/exitCodes.ts';
import { describeTarget } from '../../shared/model/mapping.ts';
import type { Context } from '../context.ts';
import { oneLine } from '../render/text.ts';

export interface UnmapInput {
  readonly name: string;
}

/** `berth unmap HOST` */
export async function unmap({ name }: UnmapInput, { client, output }: Context): Promise<number> {
  const api = await client();
  const ended = await api.containers.unmap({ name });
  if (output.json) {
    output.document({ mappings: ended });
    return exitCodes.ok;
  }
  for (const { target, port, backends } of ended) {
    const gone = backends.length === 0 ? '' : `, and ${backends.join(', ')} from its backends`;
    output.say(`Took ${oneLine(describeTarget(target))}:${port} from ${name}${gone}`);
  }
  output.say('To take that back: berth undo');
  return exitCodes.ok;
}
