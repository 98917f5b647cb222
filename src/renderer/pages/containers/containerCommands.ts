import type { RefObject } from 'react';
import type { Command } from '../../app/commands.ts';
import { lineCommands } from '../../app/lineCommands.ts';
import type { LineListHandle } from '../../ui/useLineList.ts';
import type { MapFormHandle } from './MapForm.tsx';
import type { ListLine } from './model/items.ts';

export interface ContainerCommandsOptions {
  readonly list: RefObject<LineListHandle<ListLine> | null>;
  readonly form: RefObject<MapFormHandle | null>;
  readonly focusFilter: () => void;
  /** @returns false when there is none */
  readonly clearFilter: () => boolean;
  /** Shows what is chosen where only one of list and item has room; false where it is to be seen. */
  readonly showItem: () => boolean;
  /** Back to the list where it is not to be seen. */
  readonly showList: () => boolean;
}

/** Every key of the page of containers. */
export function containerCommands(options: ContainerCommandsOptions): readonly Command[] {
  const { list, form, focusFilter, clearFilter, showItem, showList } = options;
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({ id: `containers.${id}`, title, group: 'Containers', keys, hidden: true, run });
  const isAtRest = (): boolean =>
    list.current?.isOnLine() === true || document.activeElement === document.body;
  return [
    {
      id: 'filter',
      title: 'Filter containers',
      group: 'Containers',
      keys: ['/'],
      run: focusFilter,
    },
    ...lineCommands('containers', 'Containers', list),
    command('map', 'Map it under the name that is offered', ['enter'], () => {
      if (!isAtRest()) return false;
      return showItem() || form.current?.enter();
    }),
    command('map-to', 'Map it to…', ['m'], () => {
      // After what was not to be seen has been drawn.
      if (showItem()) setTimeout(() => form.current?.focusHost());
      else form.current?.focusHost();
    }),
    command('back', 'Back to the list, clear the filter', ['esc'], () => {
      if (showList()) return;
      if (list.current?.isOnLine() === false && document.activeElement !== document.body) {
        return list.current.move(0);
      }
      return clearFilter();
    }),
  ];
}
