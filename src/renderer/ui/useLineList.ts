import {
  defaultRangeExtractor,
  type Range,
  useVirtualizer,
  type Virtualizer,
} from '@tanstack/react-virtual';
import {
  type RefObject,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
} from 'react';

/** What the keys of a page ask of its list. */
export interface LineListHandle<Line> {
  /** The line that the keyboard is on; null before it was on one. */
  current(): Line | null;
  /** Whether the focus is on a line itself, and not on a button in it or elsewhere. */
  isOnLine(): boolean;
  move(steps: number): void;
  moveTo(place: 'first' | 'last'): void;
  /** To a line that is there, or is with the next drawing. */
  moveToKey(key: string): void;
  /** Lines that fit on the screen. */
  pageSize(): number;
  /** Where a menu for the line belongs. */
  placeOf(line: Line): { readonly x: number; readonly y: number };
}

interface LineListOptions<Line> {
  readonly lines: readonly Line[];
  readonly handle: RefObject<LineListHandle<Line> | null>;
  /** Key of the line that the keyboard is on. */
  readonly activeKey: string | null;
  readonly onActive: (key: string) => void;
  /** Whether the keyboard steps over a line, as over the name of a group. */
  readonly isPassed?: (line: Line) => boolean;
  /** Key of a line that is drawn wherever the list is scrolled to; null for none. */
  readonly pinnedKey?: string | null;
  /** Pixels of a line before it was drawn. */
  readonly heightOf: (line: Line) => number;
  /** Pixels of most lines. */
  readonly lineHeight: number;
  /** Pixels of a header that stays above the lines. */
  readonly headerHeight?: number;
  readonly overscan: number;
  /** Pixels. */
  readonly initialOffset?: () => number;
}

interface LineList {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Of the line that takes the focus. */
  readonly activeIndex: number;
}

/**
 * A long list of lines, of which those are drawn that are on the screen, and which the keyboard walks: one line takes the
 * focus (roving tabindex), and each has its index in `data-index`.
 */
export function useLineList<Line extends { readonly key: string }>({
  lines,
  handle,
  activeKey,
  onActive,
  isPassed = none,
  pinnedKey = null,
  heightOf,
  lineHeight,
  headerHeight = 0,
  overscan,
  initialOffset,
}: LineListOptions<Line>): LineList {
  const scroller = useRef<HTMLDivElement>(null);
  const indexOf = useCallback(
    (wanted: string | null) =>
      wanted === null ? -1 : lines.findIndex(({ key }) => key === wanted),
    [lines],
  );
  const found = useMemo(() => indexOf(activeKey), [indexOf, activeKey]);
  const pinned = useMemo(() => indexOf(pinnedKey), [indexOf, pinnedKey]);
  const activeIndex = found === -1 ? nextStop(lines, 0, 1, isPassed) : found;

  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const line = lines[index];
      return line === undefined ? lineHeight : heightOf(line);
    },
    getItemKey: useCallback((index: number) => lines[index]?.key ?? index, [lines]),
    // The line with the focus stays, wherever the list is scrolled to: its focus would be lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = new Set(defaultRangeExtractor(range));
        for (const index of [activeIndex, pinned]) {
          if (index >= 0 && index < range.count) shown.add(index);
        }
        return [...shown].sort((a, b) => a - b);
      },
      [activeIndex, pinned],
    ),
    overscan,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    ...(initialOffset === undefined ? {} : { initialOffset }),
  });

  // Where the keyboard goes on when its line was deleted or filtered away.
  const lastIndex = useRef(0);
  useLayoutEffect(() => {
    if (found !== -1) lastIndex.current = found;
  }, [found]);

  // The line may not be drawn yet: it is once the list has moved there.
  const wanted = useRef<string | null>(null);
  // Or it was the active one already: then nothing else draws.
  const [, draw] = useReducer((drawings: number) => drawings + 1, 0);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const index = indexOf(wanted.current);
    // Somebody went on to write elsewhere.
    if (index === -1 && document.activeElement instanceof HTMLInputElement) wanted.current = null;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (line === null || line === undefined) return;
    wanted.current = null;
    line.focus({ preventScroll: true });
  });

  const goTo = useCallback(
    (index: number, way: 1 | -1 = 1) => {
      const within = nextStop(lines, index, way, isPassed);
      const line = lines[within];
      if (line === undefined) return;
      wanted.current = line.key;
      onActive(line.key);
      draw();
      // What is stepped over at the top is seen with the first line.
      const isFirst = nextStop(lines, 0, 1, isPassed) === within;
      virtualizer.scrollToIndex(isFirst ? 0 : within, { align: 'auto' });
    },
    [lines, onActive, virtualizer, isPassed],
  );

  useImperativeHandle(
    handle,
    () => ({
      current: () => (found === -1 ? null : (lines[found] ?? null)),
      isOnLine: () =>
        document.activeElement?.parentElement?.parentElement === scroller.current &&
        document.activeElement?.hasAttribute('data-index') === true,
      move: (steps) => {
        const way = steps > 0 ? 1 : -1;
        if (found !== -1) goTo(found + steps, way);
        else goTo(lastIndex.current + (steps > 0 ? 0 : -1), way);
      },
      moveTo: (place) => (place === 'first' ? goTo(0) : goTo(lines.length - 1, -1)),
      moveToKey: (key) => {
        const index = indexOf(key);
        if (index !== -1) goTo(index);
        else {
          wanted.current = key;
          onActive(key);
        }
      },
      pageSize: () =>
        Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 2),
      placeOf: (line) => {
        const index = indexOf(line.key);
        const box = scroller.current
          ?.querySelector(`[data-index="${index}"]`)
          ?.getBoundingClientRect();
        return { x: (box?.right ?? 0) - 8, y: box?.bottom ?? 0 };
      },
    }),
    [found, lines, goTo, indexOf, onActive, lineHeight],
  );

  return { scroller, virtualizer, activeIndex };
}

const none = (): boolean => false;

/** The nearest line from `index` on that is not stepped over; where there is none that way, the nearest the other way. */
function nextStop<Line>(
  lines: readonly Line[],
  index: number,
  way: 1 | -1,
  isPassed: (line: Line) => boolean,
): number {
  const from = Math.max(0, Math.min(index, lines.length - 1));
  for (const step of [way, -way]) {
    for (let at = from; at >= 0 && at < lines.length; at += step) {
      const line = lines[at];
      if (line !== undefined && !isPassed(line)) return at;
    }
  }
  return 0;
}
