import { isLoadable, isOwnAddress } from './ownAddress.ts';

/** A proxy that cannot be there, for every address, this machine's too: WebRTC over TCP asks no `webRequest`. */
const nowhere = {
  mode: 'fixed_servers',
  proxyRules: 'socks5://127.0.0.1:0',
  proxyBypassRules: '<-loopback>',
} as const;

/** The part of Electron's Session that is guarded. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  setProxy(proxy: typeof nowhere): Promise<void>;
  readonly webRequest: {
    onBeforeRequest(
      listener: (
        details: { readonly url: string },
        answer: (response: { cancel: boolean }) => void,
      ) => void,
    ): void;
  };
  on(
    event: 'will-download',
    listener: (event: { preventDefault(): void }, item: { getURL(): string }) => void,
  ): unknown;
}

/**
 * Takes from a session what the interface has no use for: every permission, every device, the network, and downloads of
 * anything that the page has not made itself. Nothing is to be shown before it resolves.
 */
export async function guardSession(session: GuardedSession): Promise<void> {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLoadable(url) }));
  session.on('will-download', (event, item) => {
    const address = item.getURL();
    const isOwn = address.startsWith('blob:') && isOwnAddress(address.slice('blob:'.length));
    if (!isOwn) event.preventDefault();
  });
  await session.setProxy(nowhere);
}
