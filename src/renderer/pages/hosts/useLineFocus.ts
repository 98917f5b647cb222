import { type RefObject, useCallback, useLayoutEffect, useReducer, useRef } from 'react';

/**
 * Puts the focus on a line that may not be drawn yet: it is once the list has moved there.
 *
 * @returns asks for it, with the next drawing
 */
export function useLineFocus(
  scroller: RefObject<HTMLElement | null>,
  activeIndex: number,
): () => void {
  const isWanted = useRef(false);
  // The line may be the active one already: then nothing else draws.
  const [, draw] = useReducer((drawings: number) => drawings + 1, 0);
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (line === null || line === undefined) return;
    isWanted.current = false;
    line.focus({ preventScroll: true });
  });
  return useCallback(() => {
    isWanted.current = true;
    draw();
  }, []);
}
