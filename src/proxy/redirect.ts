import type { ForwardedMode } from '../shared/model/settings.ts';
import type { SoundRequest } from './guards/request.ts';
import type { ClientView } from './headers/forwarded.ts';
import type { RequestFields } from './headers/requestFields.ts';
import type { LocalAnswer } from './pages/pages.ts';

/**
 * 308 to the same address over HTTPS; null where it is not needed or not possible. A client that came over HTTPS to a
 * proxy before this one is there already, as far as X-Forwarded-Proto is believed: it would be sent round in a circle.
 *
 * @param httpsPort of the first HTTPS listener, or null
 */
export function httpsRedirect(
  { host, target }: Pick<SoundRequest, 'host' | 'target'>,
  { kept, forwardedProtoAt }: Pick<RequestFields, 'kept' | 'forwardedProtoAt'>,
  { scheme }: Pick<ClientView, 'scheme'>,
  mode: ForwardedMode,
  httpsPort: number | null,
): LocalAnswer | null {
  if (scheme === 'https' || httpsPort === null) return null;
  const proto = forwardedProtoAt === -1 ? undefined : kept[forwardedProtoAt];
  if (mode !== 'replace' && proto?.trim().toLowerCase() === 'https') return null;
  const port = httpsPort === 443 ? '' : `:${httpsPort}`;
  const path = target === '*' ? '/' : target;
  const headers = ['location', `https://${host}${port}${path}`, 'content-length', '0'];
  return { status: 308, headers, body: nothing };
}

const nothing = Buffer.alloc(0);
