import { z } from 'zod';

/** What the desktop does with the proxy beside it. `attached`: it was started elsewhere, and outlives the desktop. */
export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly pid: number; readonly attached: boolean }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' }
  /** `lines`: the last that it said, oldest first. */
  | { readonly kind: 'crashed'; readonly reason: string; readonly lines: readonly string[] };

export type UpdateState =
  /** This build takes none: a checkout, or a package that its package manager updates. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'off' }
  | { readonly kind: 'current' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'downloading'; readonly version: string; readonly percent: number }
  /** Waits until the person restarts the app. */
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a person chose of the desktop; kept in desktop.json beside the configuration. What else it has is not looked at. */
export const desktopSettingsSchema = z.object({
  openAtLogin: z.boolean().default(false),
  /** Starts the proxy with the app. */
  startEngine: z.boolean().default(true),
  notifications: z.boolean().default(true),
  updates: z.boolean().default(true),
  /** Whether it was said that closing the window leaves the proxy running. */
  toldOfTray: z.boolean().default(false),
});

export type DesktopSettings = z.infer<typeof desktopSettingsSchema>;

/** What only the desktop knows; the rest comes by the contract. */
export interface DesktopState {
  readonly platform: 'darwin' | 'win32' | 'linux';
  readonly version: string;
  readonly engine: EngineState;
  readonly settings: DesktopSettings;
  readonly update: UpdateState;
}
