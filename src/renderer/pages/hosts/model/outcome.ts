import type { HostHealth } from '../../../../shared/contract/health.ts';

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

/**
 * Whether a backend came up after a try that failed.
 *
 * @param before what was known when it failed: who was up then is up still, and did not answer
 */
export function turnedUp(before: HostHealth | undefined, now: HostHealth | undefined): boolean {
  if (now === undefined) return false;
  return now.backends.some(
    ({ url, state, since }) =>
      state === 'up' &&
      before?.backends.some(
        (one) => one.url === url && one.state === 'up' && one.since === since,
      ) !== true,
  );
}
