import { limits } from '../../shared/limits.ts';
import { type RelayPort, type RelaySocket, startRelay } from './relay.ts';

/** All connections of the window. */
export interface Relays {
  readonly size: number;
  add(port: RelayPort): void;
  /** Ends all of them: the page that had them is gone. */
  closeAll(): void;
}

export function createRelays(open: () => Promise<RelaySocket>): Relays {
  const relays = new Set<ReturnType<typeof startRelay>>();
  return {
    get size() {
      return relays.size;
    },
    add: (port) => {
      if (relays.size >= limits.maxDesktopPorts) {
        port.postMessage({ kind: 'closed', reason: 'this window has too many connections' });
        port.close();
        return;
      }
      const relay = startRelay(port, open);
      relays.add(relay);
      void relay.closed.then(() => relays.delete(relay));
    },
    closeAll: () => {
      for (const relay of relays) relay.close('the window is closed');
    },
  };
}
