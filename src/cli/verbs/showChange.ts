import { limits } from '../../shared/limits.ts';
import type { Context } from '../context.ts';

/** Lines of a long change that are shown before a person is asked. */
const firstLines = 40;

/**
 * Shows a change before it is made, all of it. A person at a terminal, from which a long one would run away, is shown its
 * beginning, and asked: nothing of it is done unseen without a yes.
 *
 * @param dryRun the command that prints all of it, for a pager
 * @returns whether it is to be made
 */
export async function showChange(
  lines: readonly string[],
  dryRun: string,
  { output, world }: Pick<Context, 'output' | 'world'>,
): Promise<boolean> {
  const { question } = world;
  if (question === null || lines.length <= limits.maxShownChangeLines) {
    for (const line of lines) output.say(line);
    return true;
  }
  for (const line of lines.slice(0, firstLines)) output.say(line);
  let left = lines.slice(firstLines);
  for (;;) {
    const more =
      left.length === 0
        ? 'That is all of it.'
        : `… and ${left.length} more lines ("${dryRun} | less" has all of them).`;
    output.say(more);
    const all = left.length === 0 ? '' : 'a: show all, ';
    const answer = (await question(`${all}y: do it, n: leave it [n] `)).trim().toLowerCase();
    if (answer === 'a' && left.length > 0) {
      for (const line of left) output.say(line);
      left = [];
    } else {
      const isMeant = answer === 'y' || answer === 'yes';
      if (!isMeant) output.say('Nothing was changed.');
      return isMeant;
    }
  }
}
