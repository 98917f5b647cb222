import { desktop } from '../connection/desktop.ts';

/** What leaves the interface: the clipboard, addresses that open elsewhere, and files. Rejects with one sentence. */
export async function copyText(text: string): Promise<void> {
  if (desktop !== null) await desktop.command({ do: 'copy', text });
  else await navigator.clipboard.writeText(text);
}

export async function openAddress(url: string): Promise<void> {
  if (desktop !== null) await desktop.command({ do: 'open', url });
  else window.open(url, '_blank', 'noopener,noreferrer');
}

/** Has the browser save a text. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
