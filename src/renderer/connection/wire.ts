/** What carries texts to an instance and back, in the shape of a browser's WebSocket that oRPC expects. */
type Wire = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'readyState' | 'send'>;

/** Where the other side of a wire puts what it hears. */
export interface WireEnd {
  readonly wire: Wire;
  /** Resolves when it has ended, by whichever side. */
  readonly closed: Promise<void>;
  /** Whether what came was no message of an instance. */
  readonly isForeign: boolean;
  text(message: string): void;
  end(): void;
}

/** @param send takes a text for the other side, which may have gone */
export function createWire(send: (text: string) => void): WireEnd {
  const target = new EventTarget();
  let isClosed = false;
  let isForeign = false;
  let settle = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    wire: {
      addEventListener: target.addEventListener.bind(target),
      removeEventListener: target.removeEventListener.bind(target),
      send: (data) => {
        if (typeof data === 'string' && !isClosed) send(data);
      },
      // Open until oRPC has heard of the end: where it finds a WebSocket closing it throws what nobody can catch.
      get readyState() {
        return isClosed ? WebSocket.CLOSED : WebSocket.OPEN;
      },
    },
    closed,
    get isForeign() {
      return isForeign;
    },
    text: (message) => {
      if (isMessage(message)) target.dispatchEvent(new MessageEvent('message', { data: message }));
      else isForeign = true;
    },
    end: () => {
      if (isClosed) return;
      isClosed = true;
      target.dispatchEvent(new Event('close'));
      settle();
    },
  };
}

function isMessage(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && 'i' in message;
  } catch {
    return false;
  }
}
