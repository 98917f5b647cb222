/** The bridge between the window and the desktop's main process, and nothing else. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { CommandAnswer, DesktopBridge } from '../shared/desktop/bridge.ts';
import { channels } from '../shared/desktop/channels.ts';

/** Passes on what comes on a channel; never the event, which holds the way back. */
function hear<Value>(channel: string, listener: (value: Value) => void): () => void {
  const heard = (_event: IpcRendererEvent, value: Value): void => listener(value);
  ipcRenderer.on(channel, heard);
  return () => void ipcRenderer.off(channel, heard);
}

const bridge: DesktopBridge = {
  state: () => ipcRenderer.invoke(channels.state),
  onState: (listener) => hear(channels.state, listener),
  onNavigate: (listener) => hear(channels.navigate, listener),
  onMenu: (listener) => hear(channels.menu, listener),
  command: async (command) => {
    const answer: CommandAnswer = await ipcRenderer.invoke(channels.command, command);
    if (!answer.ok) throw new Error(answer.reason);
  },
  connect: (id) => ipcRenderer.send(channels.connect, id),
};

// A port cannot pass the bridge: it goes to the page as a message of the window.
ipcRenderer.on(channels.connect, (event, id: number) => {
  window.postMessage({ berthPort: id }, location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld('berthDesktop', bridge);
