import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { SettingsView } from '../../../shared/contract/settings.ts';
import { BerthError } from '../../../shared/errors.ts';
import { useApi } from '../../app/context.ts';
import { patchOf } from './model/view.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** The settings of the instance, and how one is changed. */
export interface Settings {
  readonly view: SettingsView;
  /**
   * @param value null: back to the default
   * @returns once the instance goes by it
   * @throws what it was refused with
   */
  readonly save: (name: string, value: unknown) => Promise<void>;
}

export type SettingsState =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
  | { readonly kind: 'read'; readonly settings: Settings };

/** Read again with each connection, and whenever a person comes back: the file may have been edited meanwhile. */
export function useSettings(): SettingsState {
  const api = useApi();
  const [view, setView] = useState<SettingsView | null>(null);
  const [failure, setFailure] = useState<Refusal | null>(null);
  /** One save after another: each is decided on what the one before it left. */
  const saves = useRef<Promise<unknown>>(Promise.resolve());
  const seen = useRef<string | undefined>(undefined);

  const take = useCallback((next: SettingsView): void => {
    seen.current = next.revision;
    setView(next);
    setFailure(null);
  }, []);

  useEffect(() => {
    if (api === null) return;
    const ending = new AbortController();
    const { signal } = ending;
    const read = async (): Promise<void> => {
      try {
        await saves.current.catch(() => undefined);
        const next = await api.settings.get(undefined, { signal });
        if (!signal.aborted) take(next);
      } catch (error) {
        if (!signal.aborted) setFailure(refusalOf(error));
      }
    };
    void read();
    window.addEventListener('focus', read, { signal });
    return () => ending.abort();
  }, [api, take]);

  const save = useCallback(
    async (name: string, value: unknown): Promise<void> => {
      const write = async (): Promise<void> => {
        if (api === null) throw new BerthError('BERTH_NOT_RUNNING', 'nothing was changed');
        const expect = seen.current;
        try {
          take(await api.settings.set({ patch: patchOf(name, value), expect }));
        } catch (error) {
          // Whoever was refused because of others decides again, on what they left.
          if (error instanceof BerthError && error.code === 'BERTH_CONFLICT') {
            take(await api.settings.get());
          }
          throw error;
        }
      };
      const done = saves.current.then(write, write);
      saves.current = done;
      await done;
    },
    [api, take],
  );

  return useMemo(() => {
    if (view === null) {
      return failure === null ? { kind: 'reading' } : { kind: 'failed', refusal: failure };
    }
    const readOnly =
      api === null ? 'There is no connection to the proxy.' : sentence(view.readOnly);
    return { kind: 'read', settings: { view: { ...view, readOnly }, save } };
  }, [view, failure, api, save]);
}

const sentence = (text: string | null): string | null =>
  text === null || text.endsWith('.') ? text : `${text}.`;
