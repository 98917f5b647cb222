import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { heldRows } from './model/held.ts';
import type { HostSort } from './model/order.ts';
import type { HostRow } from './model/rows.ts';
import { useLatest } from './useLatest.ts';

/** Milliseconds after the pointer's last move, or the last key, in the list in which its lines stay where they are. */
const restMs = 10_000;

/** What tells that somebody is at the lines; for the element that has them all. */
interface HoldEvents {
  readonly onPointerMove: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

export interface HeldRows {
  readonly rows: readonly HostRow[];
  /** They would stand in another order, were nobody at them. */
  readonly isOther: boolean;
  /** Puts them into it. */
  readonly sortNow: () => void;
  readonly events: HoldEvents;
}

/** An order that was chosen, and what it was chosen with: another choice ends it. */
interface Kept {
  readonly names: readonly string[];
  readonly sort: HostSort;
  readonly filter: string;
}

/**
 * Rows as they are sorted, but in the order that they had, while a pointer moves over them, a key was just used among
 * them, or something is open there.
 */
export function useHeldRows(
  sorted: readonly HostRow[],
  chosen: {
    readonly sort: HostSort;
    readonly filter: string /** Something is open at one of them: a field, a menu. */;
    readonly isBusy: boolean;
  },
): HeldRows {
  const { sort, filter, isBusy } = chosen;
  const [kept, setKept] = useState<Kept | null>(null);
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const pointerRest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const focusRest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(
    () => () => {
      clearTimeout(pointerRest.current);
      clearTimeout(focusRest.current);
    },
    [],
  );

  const isHeld = isPointed || isFocused || isBusy;
  const holds = isHeld && kept !== null && kept.sort === sort && kept.filter === filter;
  const held = useMemo(
    () => (holds ? heldRows(kept.names, sorted) : { rows: sorted, isOther: false }),
    [holds, kept, sorted],
  );
  const latest = useLatest({ shown: held.rows, sorted, sort, filter, holds });

  const keep = useCallback((): void => {
    const { shown, holds, sort, filter } = latest.current;
    if (!holds) setKept({ names: shown.map(({ name }) => name), sort, filter });
  }, [latest]);
  const events = useMemo(
    (): HoldEvents => ({
      onPointerMove: () => {
        keep();
        setPointed(true);
        clearTimeout(pointerRest.current);
        pointerRest.current = setTimeout(() => setPointed(false), restMs);
      },
      onPointerLeave: () => setPointed(false),
      onFocus: () => {
        keep();
        setFocused(true);
        clearTimeout(focusRest.current);
        focusRest.current = setTimeout(() => setFocused(false), restMs);
      },
      onBlur: () => setFocused(false),
    }),
    [keep],
  );
  const sortNow = useCallback((): void => {
    const { sorted, sort, filter } = latest.current;
    setKept({ names: sorted.map(({ name }) => name), sort, filter });
  }, [latest]);

  return { ...held, sortNow, events };
}
