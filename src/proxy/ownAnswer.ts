import type { SoundRequest } from './guards/request.ts';
import { optionsAnswer, traceAnswer } from './headers/trace.ts';
import type { LocalAnswer, Pages } from './pages/pages.ts';

/** A request as a parser gave it. */
interface RequestLine {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[];
}

/** The answer to a request that is meant for the proxy itself; null for one to be forwarded. */
export function ownAnswer(
  sound: SoundRequest,
  { method = '', url = '', httpVersion, rawHeaders }: RequestLine,
  pages: Pick<Pages, 'ping'>,
): LocalAnswer | null {
  if (sound.host === '__ping__') return pages.ping();
  if (sound.hops !== 'answer') return null;
  return method === 'TRACE' ? traceAnswer(method, url, httpVersion, rawHeaders) : optionsAnswer;
}
