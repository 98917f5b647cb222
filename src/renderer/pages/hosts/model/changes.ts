import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { FrontendOptions } from '../../../../shared/model/options.ts';

type Content = Pick<HostView, 'identifier' | 'backends' | 'options'>;

const optionNames: Readonly<Record<keyof FrontendOptions, string>> = {
  paused: 'paused',
  policy: 'policy',
  weights: 'weights',
  drained: 'drained backends',
  check: 'health check',
  redirectToHttps: 'redirect to HTTPS',
  key: 'key',
  cert: 'certificate',
  hostHeader: 'Host header',
  container: 'state of its container',
};

/** What somebody else did to a host meanwhile, in words; empty where both say the same. `after` null: it is gone. */
export function describeChanges(before: Content, after: Content | null): readonly string[] {
  if (after === null) return ['the host was removed'];
  const changes: string[] = [];
  const added = after.backends.filter((url) => !before.backends.includes(url));
  const removed = before.backends.filter((url) => !after.backends.includes(url));
  if (added.length > 0) changes.push(`added ${added.join(', ')}`);
  if (removed.length > 0) changes.push(`removed ${removed.join(', ')}`);
  if (changes.length === 0 && !isSame(before.backends, after.backends)) {
    changes.push('the backends stand in another order');
  }
  if (before.identifier !== after.identifier) {
    changes.push(`identifier is now ${JSON.stringify(after.identifier)}`);
  }
  for (const [key, word] of Object.entries(optionNames)) {
    const option = key as keyof FrontendOptions;
    const now = after.options[option];
    if (isSame(before.options[option], now)) continue;
    changes.push(typeof now === 'string' ? `${word} is now ${now}` : wordsOf(word, now));
  }
  return changes;
}

function wordsOf(word: string, now: unknown): string {
  if (typeof now === 'boolean') return `${word} is now ${now ? 'on' : 'off'}`;
  return now === null ? `${word} is now off` : `${word} changed`;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
