import { type MenuCommandId, menuCommands } from '../../shared/desktop/menuCommands.ts';
import type { Commands } from './commands.ts';

/** Milliseconds that a page has to bring its commands, after it was asked for. */
const pageMs = 2000;

/**
 * Runs what was chosen in the application menu. A command of the traffic page brings that page first; one that is not
 * there yet, since the window was just opened, is waited for.
 */
export function runFromMenu(
  id: MenuCommandId,
  { commands, go }: { readonly commands: Commands; readonly go: (address: string) => void },
): void {
  const find = () => commands.list.get().findLast((command) => command.id === id);
  const found = find();
  if (found !== undefined) {
    found.run();
    return;
  }
  if (isOfTraffic(id)) go('/traffic');
  const stop = commands.list.subscribe(() => {
    const command = find();
    if (command === undefined) return;
    end();
    command.run();
  });
  const timer = setTimeout(stop, pageMs);
  const end = (): void => {
    clearTimeout(timer);
    stop();
  };
}

const isOfTraffic = (id: MenuCommandId): boolean =>
  id === 'traffic.export' || menuCommands.find((one) => one.id === id)?.menu === 'traffic';
