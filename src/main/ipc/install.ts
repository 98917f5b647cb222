import { type IpcMain, type IpcMainEvent, MessageChannelMain } from 'electron';
import { connectionIdSchema } from '../../shared/desktop/bridge.ts';
import { channels } from '../../shared/desktop/channels.ts';
import type { DesktopState } from '../../shared/desktop/state.ts';
import { isOwnSender } from '../guards/sender.ts';
import type { Relays } from '../relay/relays.ts';
import { type AnswerOptions, createAnswer } from './answer.ts';

export interface IpcOptions extends AnswerOptions {
  readonly ipc: IpcMain;
  readonly state: () => DesktopState;
  readonly relays: Relays;
}

/** Everything that a page may send to the main process. */
export function installIpc(options: IpcOptions): void {
  const { ipc, state, relays, windowId } = options;
  ipc.handle(channels.command, createAnswer(options));
  ipc.handle(channels.state, (event) => {
    if (!isOwnSender(event, windowId())) throw new Error('Only the interface may ask for this.');
    return state();
  });
  ipc.on(channels.connect, (event: IpcMainEvent, data: unknown) => {
    const id = connectionIdSchema.safeParse(data);
    if (!isOwnSender(event, windowId()) || !id.success) return;
    const { port1, port2 } = new MessageChannelMain();
    event.senderFrame?.postMessage(channels.connect, id.data, [port2]);
    relays.add(port1);
  });
}
