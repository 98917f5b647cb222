import { X509Certificate } from 'node:crypto';
import type {
  AuthorityView,
  CertificateProblem,
  certificatesContract,
  HostCertificate,
} from '../../shared/contract/certificates.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Service } from '../control/served.ts';
import type { StoredAuthority } from './authorityFiles.ts';
import type { Certificates } from './certificates.ts';
import type { Leaf } from './issuer.ts';
import { areCovered, permittedAddresses } from './names.ts';

/**
 * What is told of certificates: never a key, nor what a file holds.
 *
 * @param wallClock Unix milliseconds
 */
export function createCertificatesService(
  certificates: Certificates,
  wallClock: () => number,
): Service<typeof certificatesContract> {
  const { authority, place, issuer, own } = certificates;

  const viewOf = (found: StoredAuthority): AuthorityView => ({
    ...{ fingerprint: found.fingerprint, subject: found.subject, from: found.from, to: found.to },
    names: found.permitted,
    addresses: permittedAddresses,
    path: place.certificate,
    isOutgrown:
      found.to - wallClock() < limits.caRenewMs ||
      (found.permitted !== null && !areCovered(certificates.needed, found.permitted)),
  });

  async function find(): Promise<{
    readonly found: AuthorityView | null;
    readonly problem: CertificateProblem | null;
  }> {
    try {
      const found = await authority.find();
      return { found: found === null ? null : viewOf(found), problem: null };
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      const problem: CertificateProblem = { kind: 'authority', host: null, says: error.detail };
      return { found: null, problem };
    }
  }

  function problemsOf(): readonly CertificateProblem[] {
    const files = [...own.states.values()].flatMap(({ name, pair, problem }) => {
      if (problem === null) return [];
      const meanwhile = pair === null ? '' : '; the one that served before goes on';
      return [{ kind: 'files' as const, host: name, says: `${problem}${meanwhile}` }];
    });
    const refused = certificates.refused.map((host) => ({
      kind: 'not-permitted' as const,
      host,
      says: `${host} was asked for, and lies under none of ${certificates.needed.join(', ')}: add it to certificates.names, and trust the CA anew`,
    }));
    return [...files, ...refused];
  }

  function hostsOf(): readonly HostCertificate[] {
    const brought = [...own.states.values()].flatMap(({ name, pair }) => {
      if (pair === null) return [];
      const { from, to, fingerprint, names, issuer: by } = pair;
      return [{ host: name, by: 'files' as const, from, to, fingerprint, names, issuer: by }];
    });
    return [...brought, ...[...issuer.held].map(([host, leaf]) => leafView(host, leaf))];
  }

  return {
    list: async () => {
      const { found, problem } = await find();
      const all = hostsOf();
      return {
        authority: found,
        needed: certificates.needed,
        hosts: all.slice(0, limits.maxListedCertificates),
        left: Math.max(0, all.length - limits.maxListedCertificates),
        problems: [...(problem === null ? [] : [problem]), ...problemsOf()],
      };
    },
    ensure: async () => viewOf(await authority.ensure()),
    authority: async () => {
      const { cert, fingerprint } = await authority.ensure();
      const der = new X509Certificate(cert).raw.toString('base64');
      return { name: 'berth-ca.pem', pem: cert, der, fingerprint };
    },
  };
}

function leafView(host: string | null, { cert, from, to }: Leaf): HostCertificate {
  const certificate = new X509Certificate(cert);
  return {
    ...{ host, by: 'authority', from, to },
    fingerprint: certificate.fingerprint256,
    names: certificate.subjectAltName ?? '',
    issuer: certificate.issuer.replaceAll('\n', ', '),
  };
}
