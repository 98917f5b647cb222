import { type RefObject, useImperativeHandle, useRef, useState } from 'react';

/** What the keys of the page ask of its list. */
export interface CheckListHandle {
  /** Id of the check that the keyboard is on; null for none. */
  current(): string | null;
  move(steps: number): void;
  moveTo(place: 'first' | 'last'): void;
  /** To the check with this id. */
  focus(id: string): void;
  /** Lines that fit on the screen. */
  pageSize(): number;
}

/** Pixels of a line, about. */
const lineHeight = 32;

/** A list whose heads take the focus one at a time (roving tabindex): each has its id in `data-check`. */
export function useCheckList(handle: RefObject<CheckListHandle | null>): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Id of the check that Tab comes to; null: the first one. */
  readonly active: string | null;
  readonly setActive: (id: string) => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  useImperativeHandle(handle, () => {
    const heads = (): readonly HTMLElement[] => [
      ...(scroller.current?.querySelectorAll<HTMLElement>('[data-check]') ?? []),
    ];
    const focus = (index: number): void => {
      const all = heads();
      const head = all[Math.max(0, Math.min(index, all.length - 1))];
      head?.focus();
      head?.scrollIntoView({ block: 'nearest' });
    };
    const focused = (): number =>
      heads().findIndex((head) => head.parentElement?.contains(document.activeElement) === true);
    return {
      current: () => heads()[focused()]?.dataset['check'] ?? null,
      move: (steps) => {
        const at = focused();
        focus(at === -1 ? 0 : at + steps);
      },
      moveTo: (place) => focus(place === 'first' ? 0 : Number.MAX_SAFE_INTEGER),
      focus: (id) => focus(heads().findIndex((head) => head.dataset['check'] === id)),
      pageSize: () =>
        Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 2),
    };
  }, []);
  return { scroller, active, setActive };
}
