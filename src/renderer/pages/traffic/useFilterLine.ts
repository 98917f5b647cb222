import { useEffect, useEffectEvent, useState } from 'react';
import { parseFilter } from '../../../shared/filter/index.ts';
import type { FilterProblem } from '../../../shared/filter/problem.ts';
import {
  type FilterLine,
  isUnfinished,
  lineOf,
  textOfLine,
  withDraftAsChips,
} from './model/filterText.ts';
import { type KeptLine, keptFor } from './model/keptLine.ts';

/** Milliseconds without a key after which what is being written counts. */
const settledMs = 200;

/**
 * The line of the filter bar. What can be read is applied: chips at once, what is being written when it rests; while it
 * cannot be read, the last that could holds.
 */
export function useFilterLine(
  text: string,
  apply: (text: string) => void,
): {
  readonly line: FilterLine;
  /** What is wrong with the draft; columns count in it. What is being written is wrong only once it was meant to be whole. */
  readonly problem: FilterProblem | null;
  write(draft: string): void;
  /** Takes chips and draft, and applies them. */
  set(line: FilterLine): void;
  /** Makes chips of the draft. @returns false where it cannot be read */
  commit(draft?: string): boolean;
} {
  const [before, setKept] = useState<KeptLine>(() => ({ line: lineOf(text), text }));
  const kept = keptFor(before, text);
  if (kept !== before) setKept(kept);
  const { line } = kept;
  const [refused, setRefused] = useState<string | null>(null);
  const found = problemOf(line);
  const isQuiet = found !== null && refused !== line.draft && isUnfinished(line.draft, found);

  const keep = (next: FilterLine): void => setKept({ line: next, text });
  const set = (next: FilterLine): void => {
    const whole = textOfLine(next);
    if (whole === text || !parseFilter(whole).ok) keep(next);
    else {
      setKept({ line: next, text: whole });
      apply(whole);
    }
  };
  const settle = useEffectEvent(set);
  useEffect(() => {
    const timer = setTimeout(() => settle(line), settledMs);
    return () => clearTimeout(timer);
  }, [line]);

  return {
    line,
    problem: isQuiet ? null : found,
    write: (draft) => keep({ ...line, draft }),
    set,
    commit: (draft = line.draft) => {
      const next = withDraftAsChips({ ...line, draft });
      if (next === null) {
        keep({ ...line, draft });
        setRefused(draft);
        return false;
      }
      set(next);
      return true;
    },
  };
}

function problemOf(line: FilterLine): FilterProblem | null {
  const whole = parseFilter(textOfLine(line));
  if (whole.ok) return null;
  const own = parseFilter(line.draft);
  if (!own.ok) return own.problem;
  // Each is right, and together they are too much.
  return { ...whole.problem, column: 1, length: Math.max(1, line.draft.length) };
}
