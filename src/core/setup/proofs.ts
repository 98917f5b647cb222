import type { NamesView } from '../../shared/contract/names.ts';
import type { Proof } from '../../shared/contract/setup.ts';
import type { TrustView } from '../../shared/contract/trust.ts';
import type { OpenedPage } from './openPage.ts';

/**
 * Hosts that are looked up: any name where the resolver asks Berth, else those that the hosts file has. Every instance
 * serves `welcome`.
 */
export const hostsToProve = (suffixes: readonly string[], byDns: boolean): readonly string[] =>
  suffixes.map((suffix) => `${byDns ? 'anything' : 'welcome'}.${suffix}`);

/** What real look-ups say of hosts. */
export const nameProofs = ({ hosts }: Pick<NamesView, 'hosts'>): readonly Proof[] =>
  hosts.map(({ host, verdict, reason, system }) => {
    const addresses = [system.v4, system.v6].flatMap((found) =>
      found.kind === 'addresses' ? found.addresses : [],
    );
    const isWell = verdict === 'here' || verdict === 'browsers-only';
    return {
      kind: 'name',
      title: host,
      status: isWell ? 'well' : 'wrong',
      says:
        verdict === 'here'
          ? `programs find it at ${addresses.join(' and ')}`
          : verdict === 'browsers-only'
            ? 'browsers find it by themselves; other programs do not'
            : reason,
    };
  });

/** What handshakes say of the stores that are here. */
export const trustProofs = ({ stores }: Pick<TrustView, 'stores'>): readonly Proof[] =>
  stores
    .filter(({ byDefault, state }) => byDefault && state !== 'unavailable')
    .map(({ title, state, proof, evidence }) => ({
      kind: 'trust',
      title,
      status: state !== 'trusted' ? 'wrong' : proof === 'handshake' ? 'well' : 'untried',
      says:
        state === 'trusted' && proof !== 'handshake'
          ? `${evidence}, and no handshake could be tried`
          : evidence,
    }));

/** What came of a request through the proxy. */
export function pageProof(host: string, port: number, opened: OpenedPage): Proof {
  const title = addressOf(host, port);
  if (!opened.ok) return { kind: 'page', title, status: 'wrong', says: opened.reason };
  const { status, protocol, address } = opened;
  return {
    kind: 'page',
    title,
    status: 'well',
    says: `${address} answers ${status} over ${protocol}, with a certificate of the local CA`,
  };
}

export const addressOf = (host: string, port: number): string =>
  port === 443 ? `https://${host}/` : `https://${host}:${port}/`;
