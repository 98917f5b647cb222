import { useEffect } from 'react';
import type { ListeningPort } from '../../../shared/contract/containers.ts';
import { limits } from '../../../shared/limits.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';

/** What listens on this machine, asked again while it is looked at; null before the first answer. */
export function useListening(): readonly ListeningPort[] | null {
  const { containers } = useBerth();
  const api = useApi();
  useEffect(() => {
    if (api === null) return;
    const ending = new AbortController();
    const { signal } = ending;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        // Nobody looks.
        if (document.hidden) return;
        const ports = await api.containers.ports(undefined, { signal });
        const before = containers.ports.get();
        // The same again draws nothing.
        if (!signal.aborted && JSON.stringify(before) !== JSON.stringify(ports)) {
          containers.ports.set(ports);
        }
      } catch (error) {
        if (signal.aborted) return;
        console.warn('what listens on this machine cannot be told', error);
      } finally {
        if (!signal.aborted) timer = setTimeout(() => void ask(), limits.listeningPollMs);
      }
    };
    void ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [api, containers]);
  return useStore(containers.ports);
}
