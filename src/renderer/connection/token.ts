import { handOverPath } from '../../shared/contract/wire.ts';
import { createStore, type Readable } from '../state/store.ts';

/** The secret with which this page may ask the instance. */
export interface TokenKeeper {
  /** Empty while there is none; comes once a code that is under way has been exchanged. */
  readonly get: () => Promise<string>;
  /** Whether there is one, of this start of the instance or of one before. */
  readonly has: () => boolean;
  /** Exchanges a code of `berth open` for it. Never rejects: `problem` has what became of it. */
  readonly redeem: (code: string) => Promise<void>;
  /** Why the last code was not taken. */
  readonly problem: Readable<string | null>;
}

const kept = 'berth.token';

/**
 * A code comes in the fragment of the address, which no server sees. What stays of it in the browser's history opens
 * nothing any more: it is good once. The token it is exchanged for is in this tab's storage alone.
 */
export function takeToken(): TokenKeeper {
  const problem = createStore<string | null>(null);
  let exchanged = Promise.resolve();

  const redeem = (code: string): Promise<void> => {
    exchanged = exchange(code).then(
      (token) => {
        sessionStorage.setItem(kept, token);
        problem.set(null);
      },
      (error: unknown) => problem.set(error instanceof Error ? error.message : String(error)),
    );
    return exchanged;
  };
  const takeFromAddress = (): void => {
    if (!location.hash.startsWith(codeMark)) return;
    const code = codeIn(location.hash);
    history.replaceState(null, '', location.pathname);
    void redeem(code);
  };

  takeFromAddress();
  window.addEventListener('hashchange', takeFromAddress);
  const present = (): string => sessionStorage.getItem(kept) ?? '';
  return {
    get: async () => {
      await exchanged;
      return present();
    },
    has: () => present() !== '',
    redeem,
    problem,
  };
}

const codeMark = '#code=';

/** The code in what a person pastes: the address that `berth open --print` shows, or the code alone. */
export function codeIn(text: string): string {
  const start = text.indexOf(codeMark);
  return (start === -1 ? text : text.slice(start + codeMark.length)).trim();
}

/** @throws Error with a sentence for a person */
async function exchange(code: string): Promise<string> {
  const answer = await fetch(handOverPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  }).catch(() => {
    throw new Error(`Nothing answers at ${location.host}.`);
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  const body: unknown = await answer.json();
  if (!isToken(body)) throw new Error(`What ${location.host} answers is nothing of Berth.`);
  return body.token;
}

const isToken = (body: unknown): body is { readonly token: string } =>
  typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string';
