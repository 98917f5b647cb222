import type { TokenKeeper } from '../connection/token.ts';
import { useStore } from '../state/store.ts';
import { App } from './App.tsx';
import { useBerth } from './context.ts';
import { TokenGate } from './TokenGate.tsx';

/** @param tokens null in the desktop, which needs none */
export function Root({ tokens }: { readonly tokens: TokenKeeper | null }) {
  const state = useStore(useBerth().session.state);
  const isRefused = state.kind === 'lost' && state.error.code === 'BERTH_CONTROL_REFUSED';
  return tokens !== null && isRefused ? <TokenGate tokens={tokens} /> : <App />;
}
