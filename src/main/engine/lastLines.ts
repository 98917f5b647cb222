import { limits } from '../../shared/limits.ts';

/** The last lines of what a process says. */
export interface LastLines {
  readonly lines: readonly string[];
  add(text: string): void;
}

export function createLastLines(): LastLines {
  const lines: string[] = [];
  let open = '';
  const keep = (line: string): void => {
    lines.push(line.slice(0, limits.maxEngineLineChars));
    if (lines.length > limits.maxEngineLines) lines.shift();
  };
  return {
    get lines() {
      return open === '' ? [...lines] : [...lines, open].slice(-limits.maxEngineLines);
    },
    add: (text) => {
      const parts = (open + text).split('\n');
      open = (parts.pop() ?? '').slice(0, limits.maxEngineLineChars);
      for (const part of parts) keep(part);
    },
  };
}
