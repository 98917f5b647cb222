import { isOwnAddress } from './ownAddress.ts';

/** Who sent a message to the main process, as Electron tells. */
export interface Sender {
  /** Of the frame; null when it is gone. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
  readonly sender: { readonly id: number };
}

/** Whether a message comes from the interface: the main frame of our window, on a page of ours. */
export function isOwnSender({ senderFrame, sender }: Sender, windowId: number | null): boolean {
  return (
    senderFrame !== null &&
    senderFrame.parent === null &&
    sender.id === windowId &&
    isOwnAddress(senderFrame.url)
  );
}
