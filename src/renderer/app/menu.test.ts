import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Command, createCommands } from './commands.ts';
import { runFromMenu } from './menu.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const commands = createCommands();
  const went: string[] = [];
  const ran: string[] = [];
  const command = (id: string): Command => ({
    id,
    title: id,
    group: 'Traffic',
    run: () => ran.push(id),
  });
  const choose = (id: Parameters<typeof runFromMenu>[0]): void =>
    runFromMenu(id, { commands, go: (address) => went.push(address) });
  return { commands, command, choose, went, ran };
}

test('what is there is run', () => {
  const { commands, command, choose, went, ran } = setUp();
  commands.add([command('palette')]);
  choose('palette');
  expect(ran).toEqual(['palette']);
  expect(went).toEqual([]);
});

test.each(['traffic.export', 'traffic.pause'] as const)('%s brings its page first', (id) => {
  const { commands, command, choose, went, ran } = setUp();
  choose(id);
  expect(went).toEqual(['/traffic']);
  expect(ran).toEqual([]);
  commands.add([command(id)]);
  commands.add([command('palette')]);
  expect(ran).toEqual([id]);
});

test('a window that was just opened is waited for, but not for ever', () => {
  const { commands, command, choose, went, ran } = setUp();
  choose('host.add');
  expect(went).toEqual([]);
  vi.advanceTimersByTime(1999);
  commands.add([command('host.add')]);
  expect(ran).toEqual(['host.add']);
  choose('host.undo');
  vi.advanceTimersByTime(2000);
  commands.add([command('host.undo')]);
  expect(ran).toEqual(['host.add']);
});
