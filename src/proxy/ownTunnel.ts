import type { HttpErrorCode } from '../shared/errors.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import type { SoundRequest } from './guards/request.ts';
import type { Resolution, Router } from './routing/route.ts';

/** Where a tunnel ends, or why there is none. */
export type TunnelEnd =
  | {
      readonly ok: true;
      readonly listener: ListenerSpec;
      /** The host is of ours by its name; otherwise `whyNotOurs` says. */
      readonly isOurs: boolean;
    }
  | { readonly ok: false; readonly code: HttpErrorCode; readonly detail: string };

const refuse = (code: HttpErrorCode, detail: string): TunnelEnd => ({ ok: false, code, detail });

/**
 * Where CONNECT leads: to ourselves and nowhere else. What is asked for on 443 and 80, where browsers take names to be,
 * gets our own ports, whichever they are.
 *
 * @param mayTunnel the client speaks plain HTTP, and not in a tunnel already
 */
export function tunnelEnd(
  { host, port }: Pick<SoundRequest, 'host' | 'port'>,
  listeners: readonly ListenerSpec[],
  suffixes: readonly string[],
  mayTunnel: boolean,
): TunnelEnd {
  if (!mayTunnel) {
    return refuse(
      'BERTH_METHOD_UNSUPPORTED',
      'This connection is a secure one, or a tunnel already.',
    );
  }
  const listener =
    listeners.find((each) => each.port === port) ??
    (port === 443 ? listeners.find(({ tls }) => tls !== null) : undefined) ??
    (port === 80 ? listeners.find(({ tls }) => tls === null) : undefined);
  const isOurs = suffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
  if (listener !== undefined) return { ok: true, listener, isOurs };
  return refuse(
    'BERTH_TUNNEL_REFUSED',
    port === 443
      ? `Berth serves no HTTPS here: ask for ${host} over plain HTTP.`
      : `Port ${port} is none of those that Berth listens on.`,
  );
}

/** Why there is no tunnel to a host, from what is known of it; null when there is a frontend for it. */
export function whyNotOurs(
  { kind }: Pick<Resolution, 'kind'>,
  host: string,
): { readonly code: HttpErrorCode; readonly detail: string } | null {
  if (kind === 'unavailable') return { code: 'BERTH_STORE_UNREACHABLE', detail: '' };
  if (kind !== 'unknown') return null;
  return { code: 'BERTH_TUNNEL_REFUSED', detail: `${host} is no host of this Berth.` };
}

/** What became of a CONNECT, and what was found of its host; null where that was not looked up. */
type TunnelJudge = (
  verdict:
    | Extract<TunnelEnd, { readonly ok: false }>
    | { readonly ok: true; readonly listener: ListenerSpec },
  found: Resolution | null,
) => void;

/** Looks up where CONNECT leads, for whichever engine. `judge` is called once, at once where all of it is known. */
export function findTunnel(
  asked: Pick<SoundRequest, 'host' | 'port'>,
  settings: { readonly listeners: readonly ListenerSpec[]; readonly suffixes: readonly string[] },
  router: Pick<Router, 'resolve'>,
  mayTunnel: boolean,
  judge: TunnelJudge,
): void {
  const end = tunnelEnd(asked, settings.listeners, settings.suffixes, mayTunnel);
  if (!end.ok) {
    judge(end, null);
    return;
  }
  const decide = (found: Resolution): void => {
    const problem = end.isOurs ? null : whyNotOurs(found, asked.host);
    judge(problem === null ? end : { ok: false, ...problem }, found);
  };
  const found = router.resolve(asked.host);
  if ('then' in found) void found.then(decide);
  else decide(found);
}

/** What a client reads before its tunnel begins (RFC 9110 section 9.3.6). */
export const tunnelAgreement = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** Said to whom takes Berth for a proxy to everywhere, where no frontend has the name. */
export const notElsewhere = ({ form }: Pick<SoundRequest, 'form'>): string =>
  form === 'absolute' ? 'Berth is a proxy to its own hosts only, and this is none of them.' : '';
