/** The secret with which this page may ask the instance. */
export interface TokenKeeper {
  /** Empty while there is none. */
  readonly get: () => string;
  readonly set: (token: string) => void;
}

const kept = 'berth.token';

/**
 * The token comes in the fragment of the address, which no server sees; from there it goes into this tab's storage, and
 * out of the address bar and the history.
 */
export function takeToken(): TokenKeeper {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(kept, given);
    history.replaceState(null, '', location.pathname);
  }
  return {
    get: () => sessionStorage.getItem(kept) ?? '',
    set: (token) => sessionStorage.setItem(kept, token),
  };
}
