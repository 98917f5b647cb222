import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';

/**
 * Puts the focus on a line that may not be drawn yet: it is once the list has moved there.
 *
 * @returns asks for it, for the next drawing
 */
export function useLineFocus(
  scroller: RefObject<HTMLElement | null>,
  activeIndex: number,
): () => void {
  const isWanted = useRef(false);
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (line === null || line === undefined) return;
    isWanted.current = false;
    line.focus({ preventScroll: true });
  });
  return useCallback(() => {
    isWanted.current = true;
  }, []);
}
