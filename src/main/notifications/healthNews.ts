import type { HealthEvent } from '../../shared/contract/health.ts';
import { visibleText } from '../../shared/escapeUnseen.ts';
import { limits } from '../../shared/limits.ts';

/** What a notification says, and the interface's address that a click on it leads to. */
export interface News {
  readonly title: string;
  readonly body: string;
  readonly address: string;
}

/**
 * What to tell of changes that came together: each of a few, one line for many. What a person did by hand is no news to
 * them.
 */
export function healthNews(events: readonly HealthEvent[]): readonly News[] {
  const telling = events.filter(({ to }) => to === 'up' || to === 'down');
  if (telling.length <= limits.maxNotifications) return telling.map(newsOf);
  const down = telling.filter(({ to }) => to === 'down').length;
  const up = telling.length - down;
  const parts = [
    ...(down > 0 ? [`${down} went down`] : []),
    ...(up > 0 ? [`${up} came back`] : []),
  ];
  const names = [...new Set(telling.map(({ name }) => name))];
  const shown = names.slice(0, limits.maxNotifications).join(', ');
  const rest = names.length - limits.maxNotifications;
  return [
    {
      title: `${telling.length} backends changed`,
      body: `${parts.join(', ')}: ${visibleText(shown)}${rest > 0 ? ` and ${rest} more` : ''}`,
      address: '/health',
    },
  ];
}

function newsOf({ name, url, from, to, reason }: HealthEvent): News {
  const what = to === 'up' ? 'is up again' : from === 'down' ? 'goes up and down' : 'is down';
  return {
    title: visibleText(`${name} ${what}`),
    body: visibleText(reason === '' ? url : `${url}: ${reason}`),
    address: `/hosts/${encodeURIComponent(name)}`,
  };
}
