import { oc, type } from '@orpc/contract';
import { refusals } from './common.ts';

/** The local CA, as it may be shown: nothing of its key. Times are Unix milliseconds. */
export interface AuthorityView {
  /** SHA-256 of its certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** As `CN=Berth local CA of ada, O=Berth`. */
  readonly subject: string;
  readonly from: number;
  readonly to: number;
  /** Domains that it may certify, with all below them; null for a CA without such a limit. */
  readonly names: readonly string[] | null;
  /** Addresses that it may certify, as CIDR. */
  readonly addresses: readonly string[];
  /** File of its certificate, PEM: what is to be trusted. */
  readonly path: string;
  /** Whether its next certificate for a host comes with another certificate of its own, to be trusted anew. */
  readonly isOutgrown: boolean;
}

/** A certificate that serves a host. Times are Unix milliseconds. */
export interface HostCertificate {
  /** A host; for one that a person brought, the frontend; null for clients that name no host. */
  readonly host: string | null;
  /** By the local CA, or from the files that a frontend names. */
  readonly by: 'authority' | 'files';
  readonly from: number;
  readonly to: number;
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** As `DNS:app.test, DNS:*.app.test`. */
  readonly names: string;
  readonly issuer: string;
}

/** Something about certificates that a person should know. Kinds are stable; new ones may be added. */
export interface CertificateProblem {
  readonly kind: /** The local CA cannot be used: no host without files of its own is served. */
    | 'authority'
    /** The files that a frontend names; what served before goes on. */
    | 'files'
    /** A host was asked for that the local CA may not certify. */
    | 'not-permitted';
  /** The frontend or host; null for the CA. */
  readonly host: string | null;
  /** One sentence without its end. */
  readonly says: string;
}

export interface CertificatesView {
  /** Null while none was made: the first handshake, or trust, makes it. */
  readonly authority: AuthorityView | null;
  /** Domains that the CA is needed for, by the settings of now. */
  readonly needed: readonly string[];
  /** Those of frontends that name files, and those that were made since the start and are held. */
  readonly hosts: readonly HostCertificate[];
  /** Certificates beyond those. */
  readonly left: number;
  readonly problems: readonly CertificateProblem[];
}

/** The public certificate of the local CA, to be given to another device. */
export interface AuthorityFile {
  /** As `berth-ca.pem`. */
  readonly name: string;
  readonly pem: string;
  /** The same as DER in base64, as phones take it. */
  readonly der: string;
  readonly fingerprint: string;
}

export const certificatesContract = {
  list: oc.errors(refusals).output(type<CertificatesView>()),
  /** Makes the CA where there is none, or gives it another certificate where names are needed that it may not certify. */
  ensure: oc.errors(refusals).output(type<AuthorityView>()),
  /** As `ensure`, and what is to be downloaded. */
  authority: oc.errors(refusals).output(type<AuthorityFile>()),
};
