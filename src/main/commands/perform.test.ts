import { expect, test } from 'vitest';
import { createPerform } from './perform.ts';

function setUp({ runs = true, secure = false } = {}) {
  const did: unknown[] = [];
  const note =
    (what: string) =>
    async (...args: unknown[]): Promise<void> => {
      did.push([what, ...args]);
    };
  const api = {
    hosts: {
      get: async ({ name }: { name: string }) => ({ name, options: { redirectToHttps: secure } }),
    },
    instance: {
      status: async () => ({
        listeners: [
          { address: '127.0.0.1', port: 8080, secure: false },
          { address: '127.0.0.1', port: 8443, secure: true },
        ],
      }),
    },
    traffic: { capture: note('capture') },
  };
  const perform = createPerform({
    engine: { start: note('start'), stop: note('stop'), restart: note('restart') },
    updates: { check: note('check'), install: () => void did.push(['install']) },
    api: () => (runs ? (api as never) : null),
    settle: note('settle'),
    openExternal: note('open'),
    copy: (text) => void did.push(['copy', text]),
    reveal: note('reveal'),
    show: (address) => void did.push(['show', address]),
    askInterface: (id) => void did.push(['ask', id]),
    quit: () => void did.push(['quit']),
  });
  return { perform, did };
}

test.each([
  [{ do: 'start' }, ['start']],
  [{ do: 'stop' }, ['stop']],
  [{ do: 'restart' }, ['restart']],
  [{ do: 'open', url: 'https://example.com' }, ['open', 'https://example.com/']],
  [{ do: 'open-host', name: 'app.localhost' }, ['open', 'http://app.localhost:8080/']],
  [{ do: 'copy', text: 'x' }, ['copy', 'x']],
  [{ do: 'copy-host', name: 'app.localhost' }, ['copy', 'http://app.localhost:8080/']],
  [{ do: 'capture', on: false }, ['capture', { on: false }]],
  [
    { do: 'set', settings: { updates: false, openAtLogin: undefined } },
    ['settle', { updates: false }],
  ],
  [{ do: 'reveal', what: 'data' }, ['reveal', 'data']],
  [{ do: 'check-for-updates' }, ['check']],
  [{ do: 'install-update' }, ['install']],
  [{ do: 'show', address: '/health' }, ['show', '/health']],
  [{ do: 'interface', id: 'palette' }, ['ask', 'palette']],
  [{ do: 'quit' }, ['quit']],
] as const)('%j', async (action, expected) => {
  const { perform, did } = setUp();
  await perform(action as Parameters<typeof perform>[0]);
  expect(did).toEqual([expected]);
});

test('a host that redirects to HTTPS is opened there', async () => {
  const { perform, did } = setUp({ secure: true });
  await perform({ do: 'open-host', name: 'app.localhost' });
  expect(did).toEqual([['open', 'https://app.localhost:8443/']]);
});

test('a wildcard is opened under a name that it matches', async () => {
  const { perform, did } = setUp();
  await perform({ do: 'open-host', name: '*.api.localhost' });
  expect(did).toEqual([['open', 'http://any.api.localhost:8080/']]);
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', 'http://user:secret@host/'])(
  '%s is not opened',
  async (url) => {
    const { perform, did } = setUp();
    await expect(perform({ do: 'open', url })).rejects.toThrow('Only addresses of http and https');
    expect(did).toEqual([]);
  },
);

test('what needs the proxy says when there is none', async () => {
  const { perform } = setUp({ runs: false });
  for (const action of [
    { do: 'open-host', name: 'a' },
    { do: 'copy-host', name: 'a' },
    { do: 'capture', on: true },
  ] as const) {
    await expect(perform(action)).rejects.toThrow('The proxy does not run.');
  }
});
