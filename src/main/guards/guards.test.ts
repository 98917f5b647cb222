import { expect, test } from 'vitest';
import { type GuardedContents, guardContents } from './contents.ts';
import { openable } from './openable.ts';
import { isLoadable, isOwnAddress } from './ownAddress.ts';
import { isOwnSender } from './sender.ts';
import { type GuardedSession, guardSession } from './session.ts';

const foreign = [
  'https://example.com/',
  'http://127.0.0.1:8190/',
  'file:///etc/passwd',
  'app://other/',
  'app://berth.evil/',
  'app://user@berth/',
  'app://berth:81/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  'berth',
  '',
];

test.each(['app://berth/', 'app://berth/index.html', 'app://berth/#/traffic?filter=x'])(
  '%s is the interface',
  (address) => {
    expect(isOwnAddress(address)).toBe(true);
    expect(isLoadable(address)).toBe(true);
    expect(isLoadable(`blob:${address}`)).toBe(true);
  },
);

test.each(foreign)('"%s" is not the interface, and is not loaded', (address) => {
  expect(isOwnAddress(address)).toBe(false);
  expect(isLoadable(address)).toBe(false);
  expect(isLoadable(`blob:${address}`)).toBe(false);
});

test.each(['http://app.localhost:8080/x?y#z', 'https://app.dev.local/'])(
  'the system is asked to open %s',
  (address) => {
    expect(openable(address)).toBe(address);
  },
);

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://host/share',
  'ms-msdt:/id',
  'berth://host/x',
  'http://user:secret@example.com/',
  'http://user@example.com/',
  'http://',
  'app.localhost',
  `http://app.localhost/${'a'.repeat(2048)}`,
])('the system is not asked to open %s', (address) => {
  expect(openable(address)).toBeNull();
});

/** Takes what is installed, and calls it. */
function fakeContents() {
  const heard = new Map<string, (event: never, url?: string) => void>();
  let opens: (() => { action: 'deny' }) | null = null;
  let policy: string | null = null;
  const contents: GuardedContents = {
    on: (event: string, listener: (event: never, url?: string) => void) =>
      heard.set(event, listener),
    setWindowOpenHandler: (handler) => {
      opens = handler;
    },
    setWebRTCIPHandlingPolicy: (given) => {
      policy = given;
    },
  };
  return {
    contents,
    policy: () => policy,
    open: () => opens?.(),
    /** @returns whether it was prevented */
    emit: (event: string, url: string, asArgument = false): boolean => {
      let prevented = false;
      const details = {
        ...(asArgument ? {} : { url }),
        preventDefault: () => {
          prevented = true;
        },
      };
      heard.get(event)?.(details as never, url);
      return prevented;
    },
  };
}

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])(
  'on %s a page stays on the interface',
  (event) => {
    const { contents, emit } = fakeContents();
    guardContents(contents);
    for (const address of foreign) {
      expect(emit(event, address)).toBe(true);
      expect(emit(event, address, true)).toBe(true);
    }
    expect(emit(event, 'app://berth/')).toBe(false);
  },
);

test('a page opens no window and embeds no page', () => {
  const { contents, emit, open } = fakeContents();
  guardContents(contents);
  expect(open()).toEqual({ action: 'deny' });
  expect(emit('will-attach-webview', 'app://berth/')).toBe(true);
});

test('a page does not keep its window from closing', () => {
  const { contents, emit } = fakeContents();
  guardContents(contents);
  expect(emit('will-prevent-unload', 'app://berth/')).toBe(true);
});

test('a page sends no datagrams', () => {
  const { contents, policy } = fakeContents();
  guardContents(contents);
  expect(policy()).toBe('disable_non_proxied_udp');
});

function fakeSession() {
  const installed: Partial<{
    request: Parameters<GuardedSession['setPermissionRequestHandler']>[0];
    check: () => boolean;
    device: () => boolean;
    before: Parameters<GuardedSession['webRequest']['onBeforeRequest']>[0];
    download: Parameters<GuardedSession['on']>[1];
    proxy: Parameters<GuardedSession['setProxy']>[0];
  }> = {};
  const session: GuardedSession = {
    setPermissionRequestHandler: (handler) => {
      installed.request = handler;
    },
    setPermissionCheckHandler: (handler) => {
      installed.check = handler;
    },
    setDevicePermissionHandler: (handler) => {
      installed.device = handler;
    },
    setProxy: async (proxy) => {
      installed.proxy = proxy;
    },
    webRequest: {
      onBeforeRequest: (listener) => {
        installed.before = listener;
      },
    },
    on: (_event, listener) => {
      installed.download = listener;
    },
  };
  void guardSession(session);
  return installed;
}

test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'hid'])(
  'the permission "%s" is denied',
  (permission) => {
    const answers: boolean[] = [];
    const { request, check, device } = fakeSession();
    request?.(null, permission, (granted) => answers.push(granted));
    expect(answers).toEqual([false]);
    expect(check?.()).toBe(false);
    expect(device?.()).toBe(false);
  },
);

test('nothing is loaded but what the interface has itself', () => {
  const { before } = fakeSession();
  const isCancelled = (url: string): boolean | null => {
    let answer: boolean | null = null;
    before?.({ url }, ({ cancel }) => {
      answer = cancel;
    });
    return answer;
  };
  for (const address of foreign) expect(isCancelled(address)).toBe(true);
  expect(isCancelled('app://berth/assets/index.js')).toBe(false);
});

test('what asks for no leave to connect is led nowhere, on this machine too', () => {
  const { proxy } = fakeSession();
  expect(proxy?.proxyRules).toMatch(/:0$/);
  expect(proxy?.proxyBypassRules).toBe('<-loopback>');
});

test.each([
  ['blob:app://berth/8f1c', false],
  ['blob:https://example.com/8f1c', true],
  ['https://example.com/setup.exe', true],
  ['app://berth/index.html', true],
])('a download of %s: prevented %s', (address, expected) => {
  const { download } = fakeSession();
  let prevented = false;
  const event = {
    preventDefault: () => {
      prevented = true;
    },
  };
  download?.(event, { getURL: () => address });
  expect(prevented).toBe(expected);
});

test('only the main frame of our own window, on our own page, is heard', () => {
  const sender = { id: 7 };
  const main = { url: 'app://berth/', parent: null };
  expect(isOwnSender({ senderFrame: main, sender }, 7)).toBe(true);
  expect(isOwnSender({ senderFrame: main, sender }, 8)).toBe(false);
  expect(isOwnSender({ senderFrame: main, sender }, null)).toBe(false);
  expect(isOwnSender({ senderFrame: null, sender }, 7)).toBe(false);
  expect(isOwnSender({ senderFrame: { ...main, parent: main }, sender }, 7)).toBe(false);
  for (const url of foreign) {
    expect(isOwnSender({ senderFrame: { ...main, url }, sender }, 7)).toBe(false);
  }
});
