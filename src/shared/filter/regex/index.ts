import { limits } from '../../limits.ts';
import { createMatcher } from './automaton.ts';
import { programOf } from './program.ts';
import { parseRegex, RegexProblem } from './syntax.ts';

export { RegexProblem };

/**
 * A regular expression as a question that no text can make slow. Case folding is for ASCII letters.
 *
 * @throws RegexProblem
 */
export function compileRegex(source: string, ignoreCase: boolean): (text: string) => boolean {
  if (source.length > limits.maxRegexChars) {
    throw new RegexProblem(
      `a regular expression has at most ${limits.maxRegexChars} characters`,
      limits.maxRegexChars,
      source.length - limits.maxRegexChars,
    );
  }
  return createMatcher(programOf(parseRegex(source, ignoreCase), source.length));
}
