import type { DataCommand } from './commands/command.ts';
import { keysOf } from './commands/command.ts';
import type { Change, Keyspace } from './keyspace.ts';
import { commandsFor } from './serialize.ts';

/**
 * Decides what of an executed command stands in the append-only file, and notes which keys the file knows from then on.
 *
 * A key comes onto the file when it is first left without a deadline; it stays there until it is gone, also when it
 * gets a deadline later, so that no frontend is lost because somebody called EXPIRE. Keys made with a deadline, and
 * dead marks (`isVolatile`), are never written.
 *
 * @returns the commands to append; none when the file has nothing to learn
 */
export async function propagate(
  db: Keyspace,
  command: DataCommand,
  words: readonly string[],
  change: Change,
  isVolatile: (key: string) => boolean,
): Promise<readonly (readonly string[])[]> {
  const lasting: string[] = [];
  let exact = true;
  for (const [key, before] of change.before) {
    const after = db.state(key);
    if (before === null && after === null) continue;
    if (before?.onFile === true || (after?.deadline === null && !isVolatile(key))) {
      lasting.push(key);
      if (before !== null && !before.onFile) exact = false;
    } else {
      exact = false;
    }
  }
  if (lasting.length === 0) return [];
  for (const key of keysOf(command, words)) {
    if (!change.before.has(key) && db.state(key)?.onFile === false) exact = false;
  }
  for (const key of lasting) db.setOnFile(key);
  if (change.flushed) return [['FLUSHALL']];
  if (exact) return change.records ?? [words];

  const commands: (readonly string[])[] = [];
  for (const key of lasting) {
    commands.push(['DEL', key]);
    const value = await db.value(key);
    if (value !== null) commands.push(...commandsFor(key, value, db.state(key)?.deadline ?? null));
  }
  return commands;
}
