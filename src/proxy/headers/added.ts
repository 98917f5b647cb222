import type { Backend } from '../../shared/model/backend.ts';
import { stickyField } from '../balance/stickyCookie.ts';
import type { Route } from '../routing/route.ts';
import { debugFields } from './debug.ts';
import type { RequestFields } from './requestFields.ts';

/** What decides about the fields that a backend's response gets from us. Times are monotonic milliseconds. */
export interface AddedFacts {
  readonly fields: Pick<RequestFields, 'cookie' | 'debug'> | null;
  /** The client came over HTTPS. */
  readonly secure: boolean;
  readonly version: string;
  /** When the request came, and when it was sent to this backend. */
  readonly start: number;
  readonly begunAt: number;
  readonly now: () => number;
}

/** Flat list of what we add to a backend's response: a cookie, where one keeps clients; what X-Debug asked for. */
export function addedFields(route: Route, backend: Backend, facts: AddedFacts): string[] {
  const { frontend, candidates } = route;
  const { fields, version } = facts;
  const out: string[] = [];
  if (candidates.cookie !== null) {
    const at = candidates.backends.indexOf(backend);
    const cookie = stickyField(candidates.cookie, fields?.cookie ?? null, at, facts.secure);
    if (cookie !== null) out.push('Set-Cookie', cookie);
  }
  if (fields?.debug === true) {
    const now = facts.now();
    const totalMs = now - facts.start;
    const backendMs = now - facts.begunAt;
    out.push(...debugFields({ version, backend, frontend, totalMs, backendMs }));
  }
  return out;
}
