/** What an HTTPS listener is told beside its key material, in the words of Node's TLS options. */
export interface TlsChoices {
  readonly passphrase?: string;
  readonly ciphers?: string;
  readonly honorCipherOrder?: boolean;
  readonly secureProtocol?: string;
  readonly secureOptions?: number;
}

/** Key material of one HTTPS listener: contents, not paths, so that a worker without rights to the files can serve. */
export interface TlsMaterial extends TlsChoices {
  readonly key: string;
  readonly cert: string;
  readonly ca: readonly string[];
}

/** A listener without a key of its own: each host has a certificate, by the local CA where a person brought none. */
export interface ManagedTls extends TlsChoices {
  readonly key: null;
  readonly cert: null;
  readonly ca: readonly [];
}

/** One bound address. */
export interface ListenerSpec {
  /** Stable within a configuration; what a handed-over connection names. */
  readonly id: number;
  readonly address: string;
  /** The true port, also where 0 was asked for. */
  readonly port: number;
  readonly tls: TlsMaterial | ManagedTls | null;
}
