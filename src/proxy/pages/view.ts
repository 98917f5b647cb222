import { STATUS_CODES } from 'node:http';
import { errorCatalogue, type HttpErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import { lookupSteps } from '../../shared/model/lookup.ts';
import { type Advice, adviceFor, type CommandContext } from './advice.ts';
import type { Problem } from './pages.ts';
import { showable, withoutAddresses } from './text.ts';
import { attemptInWords } from './words.ts';

/** How grave a page is: said by shape, word and colour. */
export type Tone = 'up' | 'degraded' | 'down' | 'unknown';

/** What an error page says, each text fit to be shown; the same for every form of it. */
export interface ErrorView {
  readonly code: HttpErrorCode;
  readonly status: number;
  /** The standard's words for the status. */
  readonly reason: string;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly host: string;
  readonly frontend: string | null;
  /** Names that were looked up in vain, in order. */
  readonly lookedFor: readonly string[];
  readonly attempts: readonly { readonly words: string; readonly answered: boolean }[];
  readonly advice: Advice;
  /** How a browser asks again by itself; null when it does not. */
  readonly reload: Reload | null;
}

/** When a browser asks again, and by which address of the same server. */
export interface Reload {
  readonly seconds: number;
  readonly address: string;
}

export interface ViewContext extends CommandContext {
  /** Under each of them one frontend answers. */
  readonly sharedSuffixes: readonly string[];
}

/** @param isPage whether it is for a browser */
export function viewOf(problem: Problem, context: ViewContext, isPage: boolean): ErrorView {
  const { status, title } = errorCatalogue[problem.code];
  const shown = problem.attempts.slice(0, limits.maxPageAttempts);
  const reload = isPage ? reloadOf(problem) : null;
  const unshown = problem.attempts.length - shown.length;
  return {
    code: problem.code,
    status,
    reason: STATUS_CODES[status] ?? '',
    tone: toneOf(problem.code),
    title,
    detail: showable(withoutAddresses(problem.detail)),
    host: showable(problem.host),
    frontend: problem.frontend === null ? null : showable(problem.frontend),
    lookedFor:
      problem.code === 'BERTH_HOST_UNKNOWN' && parseHost(problem.host).ok
        ? lookupSteps(problem.host, context.sharedSuffixes).map(({ name }) => showable(name))
        : [],
    attempts: [
      ...shown.map((attempt) => ({
        words: attemptInWords(attempt),
        answered: attempt.outcome === 'answered',
      })),
      ...(unshown > 0 ? [{ words: `and ${unshown} more`, answered: false }] : []),
    ],
    advice: adviceFor(problem, context, reload !== null),
    reload,
  };
}

function reloadOf({ code, container }: Problem): Reload | null {
  const target = container?.target ?? null;
  if (code !== 'BERTH_CONTAINER_STARTING' || target === null) return null;
  return {
    seconds: Math.ceil(limits.holdReloadMs / 1000),
    // A path that begins with two slashes would name another server; with a dot before it is the same path on this one.
    address: /^\/[\x21-\x7e]*$/.test(target) ? `/.${target}` : '/',
  };
}

function toneOf(code: HttpErrorCode): Tone {
  const { status } = errorCatalogue[code];
  if (status < 500 || status === 501) return 'unknown';
  return status === 503 ? 'degraded' : 'down';
}
