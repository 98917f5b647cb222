import type { RefObject } from 'react';
import type { Command } from '../../app/commands.ts';
import { lineCommands } from '../../app/lineCommands.ts';
import type { LineListHandle } from '../../ui/useLineList.ts';
import type { HostActions } from '../hosts/actions.ts';
import type { HealthLine } from './model/lines.ts';

export interface HealthCommandsOptions {
  readonly list: RefObject<LineListHandle<HealthLine> | null>;
  readonly actions: HostActions;
  readonly focusFilter: () => void;
  /** @returns false when there is none */
  readonly clearFilter: () => boolean;
}

/** Every key of the health page; on the line of a host they mean all of its backends. */
export function healthCommands({
  list,
  actions,
  focusFilter,
  clearFilter,
}: HealthCommandsOptions): readonly Command[] {
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({ id: `health.${id}`, title, group: 'Health', keys, hidden: true, run });
  const onLine = (use: (line: HealthLine) => unknown) => () => {
    const line = list.current?.current() ?? null;
    return line === null ? false : void use(line);
  };
  const urlOf = (line: HealthLine): string | undefined =>
    line.kind === 'backend' ? line.backend.url : undefined;
  return [
    { id: 'filter', title: 'Filter backends', group: 'Health', keys: ['/'], run: focusFilter },
    ...lineCommands('health', 'Health', list),
    command(
      'check',
      'Check now',
      ['r'],
      onLine((line) => actions.check(line.host.name, urlOf(line))),
    ),
    command(
      'revive',
      'Revive',
      ['v'],
      onLine((line) => actions.revive(line.host.name, urlOf(line))),
    ),
    command('drain', 'Drain the backend', ['d'], () => {
      const line = list.current?.current();
      return line?.kind === 'backend'
        ? void actions.drain(line.host.name, line.backend.url)
        : false;
    }),
    command('clear', 'Clear the filter', ['esc'], clearFilter),
  ];
}
