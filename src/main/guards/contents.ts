import { isOwnAddress } from './ownAddress.ts';

interface Preventable {
  preventDefault(): void;
}

type Leaving = (event: Preventable & { readonly url: string }, url?: string) => void;

/** The part of Electron's WebContents that is guarded. */
export interface GuardedContents {
  on(event: 'will-navigate', listener: Leaving): unknown;
  on(event: 'will-redirect', listener: Leaving): unknown;
  on(event: 'will-frame-navigate', listener: Leaving): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'will-prevent-unload', listener: (event: Preventable) => void): unknown;
  setWebRTCIPHandlingPolicy(policy: 'disable_non_proxied_udp'): void;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
}

/**
 * Keeps a page where it is: it goes nowhere else, opens no window, embeds nothing, sends no datagrams, and cannot keep its
 * window from closing.
 */
export function guardContents(contents: GuardedContents): void {
  const stay: Leaving = (event, url) => {
    // Before Electron 25 the address was an argument only.
    if (!isOwnAddress(event.url ?? url ?? '')) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // To prevent this is to let the page go.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
