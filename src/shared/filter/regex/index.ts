import { limits } from '../../limits.ts';
import { createMatcher } from './matcher.ts';
import { programOf } from './program.ts';
import { type Node, parseRegex, RegexProblem } from './syntax.ts';

export { RegexProblem };

/**
 * A regular expression as a question that no text can make slow. Case folding is for ASCII letters.
 *
 * @throws RegexProblem
 */
export const compileRegex = (source: string, ignoreCase: boolean): ((text: string) => boolean) =>
  createMatcher(programOf(readRegex(source, ignoreCase)));

/** @throws RegexProblem when `compileRegex` would */
export function checkRegex(source: string): void {
  readRegex(source, false);
}

function readRegex(source: string, ignoreCase: boolean): Node {
  if (source.length > limits.maxRegexChars) {
    throw new RegexProblem(
      `a regular expression has at most ${limits.maxRegexChars} characters`,
      limits.maxRegexChars,
      source.length - limits.maxRegexChars,
    );
  }
  return parseRegex(source, ignoreCase);
}
