import { useEffect, useMemo } from 'react';
import { useApi } from '../../app/context.ts';
import type { Look } from '../../state/look.ts';
import { useStore } from '../../state/store.ts';

export interface Looked<T> {
  /** Null before the first look has ended. */
  readonly value: T | null;
  /** Unix milliseconds of the last look that ended well. */
  readonly at: number | null;
  readonly isLooking: boolean;
  readonly failure: string | null;
  /** Null without a connection. */
  readonly again: (() => void) | null;
}

/** Milliseconds after which what was found counts as old where it is shown again. */
const oldMs = 20_000;

/** @param isShown looks only while it is, and then when what is known is old */
export function useLook<T>(look: Look<T>, isShown = true): Looked<T> {
  const api = useApi();
  const found = useStore(look.found);
  const isLooking = useStore(look.isLooking);
  const failure = useStore(look.failure);
  useEffect(() => {
    if (api === null || !isShown) return;
    const at = look.found.get()?.at ?? 0;
    if (Date.now() - at >= oldMs) void look.start(api);
  }, [api, look, isShown]);
  return useMemo(
    () => ({
      value: found?.value ?? null,
      at: found?.at ?? null,
      isLooking,
      failure,
      again: api === null ? null : () => void look.start(api),
    }),
    [found, isLooking, failure, api, look],
  );
}
