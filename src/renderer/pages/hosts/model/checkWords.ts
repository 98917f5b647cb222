import type { BackendHealth } from '../../../../shared/contract/health.ts';

/** Most backends that are named. */
const most = 3;

/** What checks of backends found, in one line. */
export function checkWords(asked: readonly Pick<BackendHealth, 'url' | 'lastCheck'>[]): string {
  const lines = asked
    .slice(0, most)
    .map(({ url, lastCheck }) => `${url} ${lastCheck?.outcome ?? 'was not asked'}`);
  const rest = asked.length - most;
  return `${lines.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}
