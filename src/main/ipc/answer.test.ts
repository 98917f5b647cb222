import { expect, test } from 'vitest';
import type { DesktopCommand } from '../../shared/desktop/bridge.ts';
import { createAnswer } from './answer.ts';

const own = { senderFrame: { url: 'app://berth/', parent: null }, sender: { id: 1 } };

function setUp(fails: Error | null = null) {
  const performed: DesktopCommand[] = [];
  const said: string[] = [];
  const answer = createAnswer({
    windowId: () => 1,
    perform: async (command) => {
      if (fails !== null) throw fails;
      performed.push(command);
    },
    say: (line) => said.push(line),
  });
  return { answer, performed, said };
}

test.each<DesktopCommand>([
  { do: 'start' },
  { do: 'open', url: 'http://app.localhost:8080/' },
  { do: 'copy', text: 'curl …' },
  { do: 'set', settings: { updates: false } },
  { do: 'reveal', what: 'data' },
])('the interface is answered: %j', async (command) => {
  const { answer, performed } = setUp();
  expect(await answer(own, command)).toEqual({ ok: true });
  expect(performed).toEqual([command]);
});

test.each<unknown>([
  null,
  'start',
  { do: 'quit' },
  { do: 'start', now: true },
  { do: 'open', url: 'file:///etc/passwd' },
  { do: 'open', url: 'javascript:alert(1)' },
  { do: 'copy', text: 1 },
  { do: 'copy', text: 'x'.repeat(1_000_001) },
  { do: 'set', settings: { toldOfTray: true } },
  { do: 'reveal', what: '/etc/passwd' },
])('what is no command does nothing: %.60j', async (data) => {
  const { answer, performed } = setUp();
  expect(await answer(own, data)).toEqual({
    ok: false,
    reason: 'This is no command of the desktop.',
  });
  expect(performed).toEqual([]);
});

test.each([
  { ...own, senderFrame: { url: 'https://example.com/', parent: null } },
  { ...own, senderFrame: { url: 'app://berth/', parent: {} } },
  { ...own, senderFrame: null },
  { ...own, sender: { id: 2 } },
])('nobody else is heard: %j', async (event) => {
  const { answer, performed, said } = setUp();
  expect(await answer(event, { do: 'stop' })).toMatchObject({ ok: false });
  expect(performed).toEqual([]);
  expect(said).toHaveLength(1);
});

test('why something failed is told', async () => {
  const { answer } = setUp(new Error('not yours'));
  expect(await answer(own, { do: 'stop' })).toEqual({ ok: false, reason: 'not yours' });
});
