import { z } from 'zod';
import type { MenuCommandId } from './menuCommands.ts';
import type { DesktopState } from './state.ts';

/** What the interface may ask of the desktop. Everything else goes by the contract. */
export const desktopCommandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.enum(['start', 'stop', 'restart']) }),
  /** Opens an address in the person's browser. */
  z.strictObject({ do: z.literal('open'), url: z.url({ protocol: /^https?$/ }).max(2048) }),
  z.strictObject({ do: z.literal('copy'), text: z.string().max(1_000_000) }),
  z.strictObject({
    do: z.literal('set'),
    settings: z.strictObject({
      openAtLogin: z.boolean().optional(),
      startEngine: z.boolean().optional(),
      notifications: z.boolean().optional(),
      updates: z.boolean().optional(),
    }),
  }),
  /** Shows a file of this instance in the file manager. */
  z.strictObject({
    do: z.literal('reveal'),
    what: z.enum(['configuration', 'access-log', 'data']),
  }),
  z.strictObject({ do: z.enum(['check-for-updates', 'install-update']) }),
]);

export type DesktopCommand = z.infer<typeof desktopCommandSchema>;

/** What becomes of a command. */
export type CommandAnswer =
  | { readonly ok: true }
  /** `reason`: a sentence for the person. */
  | { readonly ok: false; readonly reason: string };

/** Number that the interface gives a connection, so that it knows the port that comes back. */
export const connectionIdSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** The message with which a port reaches the page. */
export interface PortMessage {
  readonly berthPort: number;
}

/**
 * One message on a port. Towards the page: `open`, then text of the instance, then `closed`. From the page: text, then
 * `close`; and `taken` for each text that it has read, since with `limits.maxPortAhead` of them unread no more comes.
 */
export type PortSignal =
  | { readonly kind: 'open' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'taken' }
  | { readonly kind: 'close' };

export const portSignalSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.enum(['taken', 'close']) }),
]);

/** What the preload script puts at `window.berthDesktop`. In a browser there is none. */
export interface DesktopBridge {
  state(): Promise<DesktopState>;
  /** @returns ends it */
  onState(listener: (state: DesktopState) => void): () => void;
  /** `address` as of channels.navigate. */
  onNavigate(listener: (address: string) => void): () => void;
  /** Something was chosen in the application menu. */
  onMenu(listener: (id: MenuCommandId) => void): () => void;
  /** Rejects with one sentence for the person. */
  command(command: DesktopCommand): Promise<void>;
  /** A port follows as a `message` event of the window whose data is PortMessage. */
  connect(id: number): void;
}
