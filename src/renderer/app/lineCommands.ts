import type { RefObject } from 'react';
import type { LineListHandle } from '../ui/useLineList.ts';
import type { Command } from './commands.ts';

/** The keys that walk a list of lines. */
export function lineCommands(
  prefix: string,
  group: Command['group'],
  list: RefObject<Pick<LineListHandle<never>, 'move' | 'moveTo' | 'pageSize'> | null>,
): readonly Command[] {
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({ id: `${prefix}.${id}`, title, group, keys, hidden: true, run });
  const page = (): number => list.current?.pageSize() ?? 1;
  return [
    command('next', 'Next line', ['j', 'arrowdown'], () => list.current?.move(1)),
    command('previous', 'Previous line', ['k', 'arrowup'], () => list.current?.move(-1)),
    command('next-page', 'Next page', ['pagedown'], () => list.current?.move(page())),
    command('previous-page', 'Previous page', ['pageup'], () => list.current?.move(-page())),
    command('first', 'First line', ['home', 'g g'], () => list.current?.moveTo('first')),
    command('last', 'Last line', ['end', 'G'], () => list.current?.moveTo('last')),
  ];
}
