import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { parseFrontendName } from '../../shared/model/hostname.ts';
import type { FrontendOptions } from '../../shared/model/options.ts';
import { type Parsed, type Problem, quoted, type Wanted } from './wanted.ts';

/** A frontend as it was written. */
export interface Written {
  readonly name: string;
  readonly identifier?: string | null;
  readonly backends: readonly string[];
  readonly options?: FrontendOptions | null;
  readonly line: number | null;
}

/** Gathers what a parser finds: checks names and URLs, and keeps both lists within their limits. */
export class Collector {
  readonly #frontends = new Map<string, Wanted>();
  readonly #problems: Problem[] = [];
  #moreProblems = 0;

  problem(line: number | null, text: string): void {
    if (this.#problems.length < limits.maxImportProblems) this.#problems.push({ line, text });
    else this.#moreProblems++;
  }

  /** What cannot be used is a problem; a frontend is taken whole or not at all. */
  add(written: Written): void {
    const { line } = written;
    const parsed = parseFrontendName(written.name);
    if (!parsed.ok) {
      this.problem(line, `the name ${parsed.problem}`);
      return;
    }
    const { name } = parsed;
    const problem = problemOf(written);
    if (problem !== null) {
      this.problem(line, `${name}: ${problem}`);
      return;
    }
    const before = this.#frontends.get(name);
    const wanted: Wanted = {
      name,
      identifier: written.identifier ?? null,
      backends: written.backends,
      options: written.options ?? null,
      line,
    };
    if (before !== undefined) {
      if (isSame(before, wanted)) return;
      const where = before.line === null ? '' : ` in line ${before.line}`;
      this.problem(line, `${name} is there already${where}; this one is left out`);
      return;
    }
    if (this.#frontends.size >= limits.maxImportedFrontends) {
      this.problem(line, `${name}: more than ${limits.maxImportedFrontends} frontends`);
      return;
    }
    this.#frontends.set(name, wanted);
  }

  result(): Parsed {
    const frontends = [...this.#frontends.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { frontends, problems: this.#problems, moreProblems: this.#moreProblems };
  }
}

function problemOf({ backends, identifier }: Written): string | null {
  if (identifier?.match(/[\r\n]/)) return 'its identifier has more than one line';
  if (identifier && identifier.length > limits.maxIdentifierChars) {
    return `its identifier is longer than ${limits.maxIdentifierChars} characters`;
  }
  if (backends.length > limits.maxBackendsPerFrontend) {
    return `it lists more than ${limits.maxBackendsPerFrontend} backends`;
  }
  for (const url of backends) {
    const parsed = parseBackend(url, 0);
    if (parsed.ok) continue;
    // A password must not be repeated on a screen or in a log.
    return `${hasUserinfo(url) ? 'a backend' : `the backend ${quoted(url)}`} ${parsed.problem}`;
  }
  return null;
}

/** A URL as it may be shown. */
export const withoutUserinfo = (url: string): string =>
  url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1…@');

/** Whether a URL may hold a password. */
export const hasUserinfo = (url: string): boolean => /^[^/?#]*\/\/[^/?#]*@/.test(url);

const isSame = (a: Wanted, b: Wanted): boolean =>
  JSON.stringify({ ...a, line: null }) === JSON.stringify({ ...b, line: null });
