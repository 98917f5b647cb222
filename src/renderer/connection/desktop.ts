import type { DesktopBridge } from '../../shared/desktop/bridge.ts';

declare global {
  interface Window {
    readonly berthDesktop?: DesktopBridge;
  }
}

/** What only the desktop can do; null in a browser. */
export const desktop: DesktopBridge | null = window.berthDesktop ?? null;
