import { useEffect, useEffectEvent, useState } from 'react';
import { parseFilter } from '../../../shared/filter/index.ts';
import type { FilterProblem } from '../../../shared/filter/problem.ts';
import { type FilterLine, lineOf, textOfLine, withDraftAsChips } from './model/filterText.ts';

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
  /** What is wrong with the draft; columns count in it. */
  readonly problem: FilterProblem | null;
  write(draft: string): void;
  /** Takes chips and draft, and applies them. */
  set(line: FilterLine): void;
  /** Makes chips of the draft. @returns false where it cannot be read */
  commit(draft?: string): boolean;
} {
  const [line, setLine] = useState(() => lineOf(text));
  const [known, setKnown] = useState(text);
  const [sent, setSent] = useState(text);
  if (text !== known) {
    setKnown(text);
    // Somebody else changed the address: a link, a quick filter, or the way back.
    if (text !== sent) setLine(lineOf(text));
  }

  const send = (next: FilterLine): void => {
    const whole = textOfLine(next);
    if (!parseFilter(whole).ok || whole === text) return;
    setSent(whole);
    apply(whole);
  };
  const settle = useEffectEvent(send);
  useEffect(() => {
    const timer = setTimeout(() => settle(line), settledMs);
    return () => clearTimeout(timer);
  }, [line]);

  const set = (next: FilterLine): void => {
    setLine(next);
    send(next);
  };
  return {
    line,
    problem: problemOf(line),
    write: (draft) => setLine({ ...line, draft }),
    set,
    commit: (draft = line.draft) => {
      const next = withDraftAsChips({ ...line, draft });
      if (next === null) {
        setLine({ ...line, draft });
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
