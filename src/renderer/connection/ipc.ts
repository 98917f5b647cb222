import { RPCLink } from '@orpc/client/websocket';
import type { OpenConnection } from '../../client/connection.ts';
import type { DesktopBridge, PortMessage, PortSignal } from '../../shared/desktop/bridge.ts';
import { BerthError } from '../../shared/errors.ts';
import { createWire } from './wire.ts';

/** Opens connections through the desktop's main process, each by a port of its own. */
export function desktopConnections(bridge: Pick<DesktopBridge, 'connect'>): OpenConnection {
  let lastId = 0;
  return async ({ signal }) => {
    signal?.throwIfAborted();
    lastId++;
    const port = await portFor(lastId, bridge);
    const end = createWire((text) => post(port, { kind: 'text', text }));
    const close = (): void => {
      post(port, { kind: 'close' });
      port.close();
      end.end();
    };
    signal?.addEventListener('abort', close, { once: true });
    await new Promise<void>((resolve, reject) => {
      port.onmessage = ({ data }: MessageEvent<PortSignal>) => {
        if (data.kind === 'open') resolve();
        else if (data.kind === 'text') {
          end.text(data.text);
          post(port, { kind: 'taken' });
        } else if (data.kind === 'closed') {
          reject(new BerthError('BERTH_NOT_RUNNING', data.reason));
          end.end();
        }
      };
      void end.closed.then(() =>
        reject(
          signal?.reason ?? new BerthError('BERTH_CONTROL_ENDED', 'it ended while it was asked'),
        ),
      );
    });
    signal?.removeEventListener('abort', close);
    return {
      link: new RPCLink({ websocket: end.wire }),
      taken: () => undefined,
      get isForeign() {
        return end.isForeign;
      },
      closed: end.closed,
      close,
    };
  };
}

const post = (port: MessagePort, signal: PortSignal): void => port.postMessage(signal);

function portFor(id: number, bridge: Pick<DesktopBridge, 'connect'>): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      if (event.source !== window || port === undefined || !isAnswer(event.data, id)) return;
      window.removeEventListener('message', listen);
      resolve(port);
    };
    window.addEventListener('message', listen);
    bridge.connect(id);
  });
}

const isAnswer = (data: unknown, id: number): data is PortMessage =>
  typeof data === 'object' && data !== null && 'berthPort' in data && data.berthPort === id;
