import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { GivenUrl } from '../arguments/parsers.ts';
import type { Context } from '../context.ts';
import { oneLine } from '../render/text.ts';
import { counted } from '../render/units.ts';
import { isBerthError } from '../talk.ts';
import { sayFindings, sayShortUrls } from './saying.ts';

export interface RmInput {
  readonly name: string;
  /** The name is taken as the store has it. */
  readonly exact: boolean;
  /** None removes the host. */
  readonly urls: readonly GivenUrl[];
}

/** `berth rm [--exact] HOST [URL...]` */
export async function rm(
  { name, exact, urls }: RmInput,
  { client, output }: Context,
): Promise<number> {
  const api = await client();
  sayShortUrls(urls, output);
  const backends = urls.map(({ url }) => url);
  const host = await api.hosts
    .remove({
      name,
      ...(exact ? { exact } : {}),
      ...(urls.length === 0 ? {} : { backends }),
    })
    .catch((error: unknown) => {
      throw exact && name.includes('\ufffd') && isNotFound(error) ? notText(name) : error;
    });
  if (output.json) {
    output.document({ host });
    return exitCodes.ok;
  }
  if (host === null) {
    const [last] = (await api.hosts.edits()).filter((edit) => edit.name === name && !edit.undone);
    const canUndo = last?.revertible === true;
    output.say(
      `Removed ${name === '' ? '"" (no name)' : oneLine(name)}; ${canUndo ? 'berth undo takes it back' : 'it cannot be taken back'}`,
    );
  } else {
    const left = counted(host.backends.length, 'backend');
    output.say(`Removed ${backends.join(', ')} from ${name}, which has ${left} now`);
    sayFindings(host, output);
  }
  return exitCodes.ok;
}

const isNotFound = (error: unknown): boolean =>
  isBerthError(error) && error.code === 'BERTH_HOST_NOT_FOUND';

/** Bytes that are no text are the replacement character by the time a command has its arguments. */
const notText = (name: string): BerthError =>
  new BerthError(
    'BERTH_HOST_NOT_FOUND',
    `${name}; a name that is not UTF-8 cannot be given here: remove its key with redis-cli`,
  );
