import type { RequestRecord } from '../../../../shared/model/record.ts';
import { shortUrl } from '../../../../shared/model/trace.ts';

/** `:3000` on this machine; how many were tried, where it was more than one. */
export function backendText({
  backend,
  attempts,
}: Pick<RequestRecord, 'backend' | 'attempts'>): string {
  const tried = attempts.length > 1 ? ` ×${attempts.length}` : '';
  return backend === null ? '–' : `${backendName(backend)}${tried}`;
}

export const backendName = (url: string): string =>
  shortUrl(url).replace(/^(?:127\.0\.0\.1|localhost)(?=:)/, '');
