/** TLS material as PEM; null for what is not there. */
export interface EngineTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Whether the server's certificate must be of `ca`, or of what Node trusts. */
  readonly isVerified: boolean;
}

/** How a container engine is connected to. */
export type EngineEndpoint =
  /** A unix socket, or a named pipe of Windows. */
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: EngineTls | null;
    };

export type AddressParse =
  /** `isTls` is null where the address leaves it open: `tcp://`. */
  | { readonly ok: true; readonly kind: 'socket'; readonly path: string }
  | {
      readonly ok: true;
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number | null;
      readonly isTls: boolean | null;
    }
  /** One sentence. */
  | { readonly ok: false; readonly problem: string };

const schemes: Readonly<Record<string, boolean | null>> = {
  'tcp:': null,
  'http:': false,
  'https:': true,
};

/** An address as it may be shown, stored and logged. */
export const shownAddress = (address: string): string =>
  address.replace(/^([a-z]+:\/\/[^/@:]*):[^/@]*@/i, '$1:…@');

/** Reads the address of a container engine, as DOCKER_HOST has it. */
export function parseEngineAddress(address: string): AddressParse {
  const shown = shownAddress(address);
  const path = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (path !== undefined) return { ok: true, kind: 'socket', path };
  if (address.startsWith('ssh://')) {
    return { ok: false, problem: `Berth does not reach engines over ssh, as in ${shown}.` };
  }
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return { ok: false, problem: `${shown} is no address of a container engine.` };
  }
  const isTls = schemes[url.protocol];
  // URL knows the standard ports of http alone: those of an engine are others.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // No engine asks for a password: it would stand in what is shown and stored of the address.
  const isOpen = url.username === '' && url.password === '';
  if (isTls === undefined || host === '' || !isOpen) {
    return { ok: false, problem: `${shown} is no address of a container engine.` };
  }
  const port = /:(\d+)(?:\/|$)/.exec(address.slice(url.protocol.length + 2))?.[1];
  return { ok: true, kind: 'tcp', host, port: port === undefined ? null : Number(port), isTls };
}
