import type { ForwardedMode } from '../shared/model/settings.ts';
import type { ClientView } from './headers/forwarded.ts';
import type { RequestFields } from './headers/requestFields.ts';
import type { LocalAnswer } from './pages/pages.ts';

/** What decides about a redirect to HTTPS. */
export interface RedirectFacts {
  /** Host of the request, without port. */
  readonly host: string;
  /** Origin-form, or `*`. */
  readonly target: string;
  readonly view: Pick<ClientView, 'scheme'>;
  readonly fields: Pick<RequestFields, 'kept' | 'forwardedProtoAt'>;
  readonly mode: ForwardedMode;
  /** Port of the first HTTPS listener, or null. */
  readonly httpsPort: number | null;
}

/**
 * 308 to the same address over HTTPS; null where it is not needed or not possible. A client that came over HTTPS to a
 * proxy before this one is there already, as far as X-Forwarded-Proto is believed: it would be sent round in a circle.
 */
export function httpsRedirect(facts: RedirectFacts): LocalAnswer | null {
  const { fields, httpsPort } = facts;
  if (facts.view.scheme === 'https' || httpsPort === null) return null;
  const proto = fields.forwardedProtoAt === -1 ? undefined : fields.kept[fields.forwardedProtoAt];
  if (facts.mode !== 'replace' && proto?.trim().toLowerCase() === 'https') return null;
  const port = httpsPort === 443 ? '' : `:${httpsPort}`;
  const path = facts.target === '*' ? '/' : facts.target;
  const headers = ['location', `https://${facts.host}${port}${path}`, 'content-length', '0'];
  return { status: 308, headers, body: nothing };
}

const nothing = Buffer.alloc(0);
