import type { MappingView } from '../../shared/contract/containers.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { describeTarget } from '../../shared/model/mapping.ts';
import type { Api, Context } from '../context.ts';
import { hostIfAny } from '../meantHost.ts';
import { oneLine } from '../render/text.ts';
import { counted } from '../render/units.ts';

export interface UnmapInput {
  readonly name: string;
  /** Tell what it would do, and do nothing. */
  readonly dry: boolean;
}

/** `berth unmap [--dry-run] HOST` */
export async function unmap(
  { name, dry }: UnmapInput,
  { client, output }: Context,
): Promise<number> {
  const api = await client();
  const before = await hostIfAny(api, name);
  const ended = dry ? await wouldEnd(api, name) : await api.containers.unmap({ name });
  const gone = new Set(ended.flatMap(({ backends }) => backends));
  const left = dry
    ? (before?.backends.filter((url) => !gone.has(url)) ?? null)
    : ((await hostIfAny(api, name))?.backends ?? null);
  if (output.json) {
    output.document({ dryRun: dry, mappings: ended, left });
    return exitCodes.ok;
  }
  for (const { target, port, backends } of ended) {
    const more = backends.length === 0 ? '' : `, and ${backends.join(', ')} from its backends`;
    output.say(
      `${dry ? 'Would take' : 'Took'} ${oneLine(describeTarget(target))}:${port} from ${name}${more}`,
    );
  }
  output.say(dry ? wouldBecome(name, left) : became(name, left));
  if (!dry) output.say('To take that back: berth undo');
  return exitCodes.ok;
}

/** @param left null where the host is not there any more */
function became(name: string, left: readonly string[] | null): string {
  if (left === null) return `${name} is removed: the mapping had made it`;
  if (left.length === 0) return `${name} stays, without a backend: berth rm ${name} removes it`;
  return `${name} stays, with ${counted(left.length, 'backend')}: ${left.join(', ')}`;
}

function wouldBecome(name: string, left: readonly string[] | null): string {
  if (left === null) return `There is no host ${name} at the moment`;
  if (left.length > 0) return became(name, left).replace(' stays,', ' would stay,');
  return `${name} would be removed if the mapping has made it and nothing else of it was set; else it would stay, without a backend`;
}

/** Those that `containers.unmap` would end: made by hand, of this machine where it has any. */
async function wouldEnd(api: Api, name: string): Promise<readonly MappingView[]> {
  const { mappings } = await api.containers.list();
  const byHand = mappings.filter((one) => one.name === name && one.source === 'hand');
  const own = byHand.filter(({ state }) => state !== 'elsewhere');
  if (byHand.length === 0) {
    throw new BerthError('BERTH_INPUT_INVALID', `${name} is mapped to no container by hand`);
  }
  return own.length > 0 ? own : byHand;
}
