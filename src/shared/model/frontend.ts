import { limits } from '../limits.ts';
import { type Backend, parseBackend } from './backend.ts';

/** A virtual host as the store has it: element 0 of the list is the identifier, the rest are backend URLs. */
export interface Frontend {
  /** The name under `frontend:`: a host, `*.domain`, or `*`. */
  readonly name: string;
  /** Free text of element 0, cut at `maxIdentifierChars`; stands in the access log, and may hold any character. */
  readonly identifier: string;
  /** Backends that can be used. Unreadable ones are left out, so the indexes may have gaps. */
  readonly backends: readonly Backend[];
  /** Length of the stored list without the identifier: what the `dead` channel reports. */
  readonly size: number;
  /** One sentence for each of the first elements that cannot be used, and one that counts the rest; or that none is there. */
  readonly problems: readonly string[];
}

/** The problem of a list over the limit. */
export const tooManyBackends = `it lists more than ${limits.maxBackendsPerFrontend} backends`;

export type FrontendParse =
  | { readonly ok: true; readonly frontend: Frontend }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the list of a frontend. An unusable URL costs only itself; a list with nothing usable but an identifier is a
 * frontend without backends; a list over the limit is refused whole.
 *
 * @param list at most `maxBackendsPerFrontend + 2` elements: one more than allowed tells that there are too many
 */
export function parseFrontend(name: string, list: readonly string[]): FrontendParse {
  if (list.length > limits.maxBackendsPerFrontend + 1) {
    return { ok: false, problem: tooManyBackends };
  }
  const [identifier = '', ...urls] = list;
  const backends: Backend[] = [];
  const problems = urls.length === 0 ? ['it has an identifier and no backend'] : [];
  let unusable = 0;
  for (const [index, url] of urls.entries()) {
    const parsed = parseBackend(url, index);
    if (parsed.ok) {
      backends.push(parsed.backend);
      continue;
    }
    unusable++;
    if (unusable <= limits.maxFrontendProblems) {
      problems.push(`backend #${index} ${parsed.problem}`);
    }
  }
  if (unusable > limits.maxFrontendProblems)
    problems.push(`${unusable - limits.maxFrontendProblems} more are unusable`);
  return {
    ok: true,
    frontend: {
      name,
      identifier: identifier.slice(0, limits.maxIdentifierChars),
      backends,
      size: urls.length,
      problems,
    },
  };
}
