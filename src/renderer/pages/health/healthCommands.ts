import type { RefObject } from 'react';
import type { Command } from '../../app/commands.ts';
import type { HostActions } from '../hosts/actions.ts';
import type { HealthListHandle } from './HealthList.tsx';
import type { HealthLine } from './model/lines.ts';

export interface HealthCommandsOptions {
  readonly list: RefObject<HealthListHandle | null>;
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
  const page = (): number => list.current?.pageSize() ?? 1;
  return [
    { id: 'filter', title: 'Filter backends', group: 'Health', keys: ['/'], run: focusFilter },
    command('next', 'Next line', ['j', 'arrowdown'], () => list.current?.move(1)),
    command('previous', 'Previous line', ['k', 'arrowup'], () => list.current?.move(-1)),
    command('next-page', 'Next page', ['pagedown'], () => list.current?.move(page())),
    command('previous-page', 'Previous page', ['pageup'], () => list.current?.move(-page())),
    command('first', 'First line', ['home', 'g g'], () => list.current?.moveTo(0)),
    command('last', 'Last line', ['end', 'G'], () => list.current?.moveTo(Number.MAX_SAFE_INTEGER)),
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
