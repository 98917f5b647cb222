const kept = 'berth.token';

/**
 * The token with which this page may ask the instance. It comes in the fragment of the address, which no server sees;
 * from there it goes into this tab's storage, and out of the address bar and the history.
 */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(kept, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(kept);
}
