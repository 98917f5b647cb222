import { desktop } from '../connection/desktop.ts';

/** What leaves the interface: the clipboard, and addresses that open elsewhere. Rejects with one sentence. */
export async function copyText(text: string): Promise<void> {
  if (desktop !== null) await desktop.command({ do: 'copy', text });
  else await navigator.clipboard.writeText(text);
}

export async function openAddress(url: string): Promise<void> {
  if (desktop !== null) await desktop.command({ do: 'open', url });
  else window.open(url, '_blank', 'noopener,noreferrer');
}
