import type {
  BackendHealth,
  BackendState,
  HostHealth,
} from '../../../../shared/contract/health.ts';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { TriedHost } from '../../../../shared/contract/instance.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { duration } from '../../../ui/format.ts';
import { statusOf } from './rows.ts';

/** A reason apart from the code in it: `Berth answers 502: refused` and `BERTH_BACKEND_REFUSED`. */
export function withoutCode(reason: string): {
  readonly text: string;
  readonly code: string | null;
} {
  const code = /\bBERTH_[A-Z_]+\b/.exec(reason)?.[0] ?? null;
  if (code === null) return { text: reason, code };
  const text = reason
    .replace(`${code}: `, '')
    .replace(code, '')
    .replace(/[\s:]+$/, '');
  return { text, code };
}

/** What can be said of the last try by what is known of its host since. */
export type Standing =
  /** It answered, and nothing since says otherwise. */
  | { readonly kind: 'answers' }
  /** Its server lets nobody in by the name of the host. */
  | { readonly kind: 'refused'; readonly server: string; readonly fix: string }
  /** It answered, and does no longer. */
  | { readonly kind: 'fell'; readonly state: 'down' | 'paused'; readonly reason: string }
  /** It did not answer, and does not yet. */
  | { readonly kind: 'silent' }
  /** It did not answer, and a backend of it came up since. */
  | { readonly kind: 'rose' }
  /** The host is no longer there. */
  | { readonly kind: 'gone' };

/**
 * @param before what was known when the try ended: it cannot speak against what the try saw
 * @param host null where it was removed
 */
export function standingOf(
  { ok, refused }: Pick<TriedHost, 'ok' | 'refused'>,
  before: HostHealth | undefined,
  host: Pick<HostView, 'backends' | 'options'> | null,
  now: HostHealth | undefined,
): Standing {
  if (host === null) return { kind: 'gone' };
  const turned = (state: BackendState) => newlyIn(state, before, now);
  if (!ok) return { kind: turned('up').length > 0 ? 'rose' : 'silent' };
  const { status } = statusOf(host, now ?? null);
  if (status === 'paused') return { kind: 'fell', state: status, reason: '' };
  const reason = host.backends.length === 0 ? 'it has no backend' : turned('down')[0]?.reason;
  if (status === 'down' && reason !== undefined) return { kind: 'fell', state: status, reason };
  return refused === undefined ? { kind: 'answers' } : { kind: 'refused', ...refused };
}

/** Backends that came into a state since. */
const newlyIn = (
  wanted: BackendState,
  before: HostHealth | undefined,
  now: HostHealth | undefined,
): readonly BackendHealth[] =>
  (now?.backends ?? []).filter(
    ({ url, state, since }) =>
      state === wanted &&
      before?.backends.some(
        (one) => one.url === url && one.state === wanted && one.since === since,
      ) !== true,
  );

/**
 * After the name of the host.
 *
 * @param done what was done to it before it was tried
 */
export function standingWords(
  standing: Standing,
  { status, ms, reason }: Pick<TriedHost, 'status' | 'ms' | 'reason'>,
  done: 'added' | 'mapped',
): string {
  switch (standing.kind) {
    case 'answers':
      return `answers ${status ?? ''} through the proxy, in ${duration(ms)}.`;
    case 'refused':
      return `is refused by its own server: ${visibleText(standing.server)} answers ${status ?? ''} to that name.`;
    case 'rose':
      return 'is up now.';
    case 'fell': {
      const why = standing.reason === '' ? '' : `: ${visibleText(standing.reason)}`;
      return `answered ${status ?? ''} when it was asked, and is ${standing.state} now${why}.`;
    }
    case 'silent':
      return `is ${done}, but no server of it answers: ${visibleText(withoutCode(reason).text)}.`;
    case 'gone':
      return 'is not in the list of hosts.';
  }
}

/** The sign beside it. */
export function stateOf(standing: Standing): 'up' | 'degraded' | 'down' | 'paused' | 'unknown' {
  switch (standing.kind) {
    case 'answers':
    case 'rose':
      return 'up';
    case 'refused':
      return 'degraded';
    case 'silent':
      return 'down';
    case 'gone':
      return 'unknown';
    case 'fell':
      return standing.state;
  }
}
