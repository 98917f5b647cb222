/**
 * Whether a name matches a Redis glob (`*`, `?`, `[a-z]`, `[^a]`, backslash), byte by byte. Written without recursion,
 * so that a pattern of many stars costs no more than their product.
 */
export function globMatches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starP = -1;
  let starN = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      starP = p++;
      starN = n;
      continue;
    }
    const step = p < pattern.length ? matchOne(pattern, p, name.charCodeAt(n)) : null;
    if (step?.matches === true) {
      p = step.next;
      n++;
    } else if (starP !== -1) {
      p = starP + 1;
      n = ++starN;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p >= pattern.length;
}

interface Step {
  readonly matches: boolean;
  readonly next: number;
}

function matchOne(pattern: string, p: number, code: number): Step {
  const char = pattern[p];
  if (char === '?') return { matches: true, next: p + 1 };
  if (char === '[') return matchClass(pattern, p + 1, code);
  const at = char === '\\' && p + 1 < pattern.length ? p + 1 : p;
  return { matches: pattern.charCodeAt(at) === code, next: at + 1 };
}

function matchClass(pattern: string, start: number, code: number): Step {
  let p = start;
  const negated = pattern[p] === '^';
  if (negated) p++;
  let found = false;
  for (;;) {
    if (pattern[p] === '\\' && p + 1 < pattern.length) {
      p++;
      if (pattern.charCodeAt(p) === code) found = true;
    } else if (pattern[p] === ']' || p >= pattern.length) {
      break;
    } else if (pattern[p + 1] === '-' && p + 2 < pattern.length) {
      const a = pattern.charCodeAt(p);
      const b = pattern.charCodeAt(p + 2);
      if (code >= Math.min(a, b) && code <= Math.max(a, b)) found = true;
      p += 2;
    } else if (pattern.charCodeAt(p) === code) {
      found = true;
    }
    p++;
  }
  return { matches: found !== negated, next: p + 1 };
}
