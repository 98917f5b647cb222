import type { DesktopBridge } from '../../shared/desktop/bridge.ts';
import type { DesktopState } from '../../shared/desktop/state.ts';
import { createStore, type Readable } from './store.ts';

/** What the desktop says of itself; always null in a browser, and before its first word. */
export function followDesktop(
  bridge: Pick<DesktopBridge, 'state' | 'onState'> | null,
): Readable<DesktopState | null> {
  const state = createStore<DesktopState | null>(null);
  if (bridge === null) return state;
  let isTold = false;
  bridge.onState((next) => {
    isTold = true;
    state.set(next);
  });
  void bridge.state().then((first) => {
    // What was told meanwhile is newer.
    if (!isTold) state.set(first);
  });
  return state;
}
