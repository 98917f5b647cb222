import { useEffect } from 'react';
import { useApi, useBerth } from '../../app/context.ts';

/** Milliseconds that lines have to stand before their names are looked up: what is scrolled past is not. */
const restMs = 400;
/** Milliseconds between two looks at whether what is shown is old. */
const againMs = 15_000;

/** Has the hosts that are shown looked up on this machine. */
export function useLookedUp(hosts: readonly string[]): void {
  const { hostLookups } = useBerth();
  const api = useApi();
  const shown = hosts.join('\n');
  useEffect(() => {
    if (api === null || shown === '') return;
    const names = shown.split('\n');
    const look = (): void => {
      if (document.visibilityState === 'visible') void hostLookups.want(api, names);
    };
    const first = setTimeout(look, restMs);
    const again = setInterval(look, againMs);
    return () => {
      clearTimeout(first);
      clearInterval(again);
    };
  }, [api, hostLookups, shown]);
}
