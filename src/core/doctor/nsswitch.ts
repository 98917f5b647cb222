/** In which order the C library asks for a host, and what that means for names of a suffix. */
export interface HostsOrder {
  /** As `files`, `mdns4_minimal`, `resolve`, `dns`. */
  readonly services: readonly {
    readonly name: string;
    /** The search ends here when this service has no such name. */
    readonly endsWhenMissing: boolean;
  }[];
}

/** Reads nsswitch.conf; what glibc does by itself where it says nothing. */
export function readHostsOrder(text: string): HostsOrder {
  const line = text
    .split('\n')
    .map((written) => written.replace(/#.*/, ''))
    .find((written) => /^\s*hosts\s*:/.test(written));
  const words =
    (line ?? 'hosts: dns files').replace(/^\s*hosts\s*:/, '').match(/\[[^\]]*\]|\S+/g) ?? [];
  const services: { name: string; endsWhenMissing: boolean }[] = [];
  for (const word of words) {
    const last = services.at(-1);
    if (!word.startsWith('[')) services.push({ name: word.toLowerCase(), endsWhenMissing: false });
    else if (last !== undefined && /\bNOTFOUND\s*=\s*return\b/i.test(word)) {
      last.endsWhenMissing = true;
    }
  }
  return { services };
}

export type OrderProblem =
  /** Nothing reads the hosts file. */
  | { readonly kind: 'no-files' }
  /** mDNS is asked before the hosts file, and its no is final. */
  | { readonly kind: 'before-files'; readonly service: string }
  /** mDNS ends the search before DNS is asked. */
  | { readonly kind: 'before-dns'; readonly service: string };

/** What keeps names of a suffix from being found; null for nothing. */
export function orderProblem({ services }: HostsOrder, suffix: string): OrderProblem | null {
  const place = (test: (name: string) => boolean): number => {
    const at = services.findIndex(({ name }) => test(name));
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  };
  const files = place((name) => name === 'files' || name === 'resolve' || name === 'db');
  if (files === Number.POSITIVE_INFINITY) return { kind: 'no-files' };
  if (!/(^|\.)local$/.test(suffix)) return null;
  const final = services.findIndex(
    ({ name, endsWhenMissing }) =>
      /^mdns[46]?(_minimal)?$/.test(name) && endsWhenMissing && claims(name, suffix),
  );
  const service = services[final]?.name;
  if (service === undefined) return null;
  if (final < files) return { kind: 'before-files', service };
  return final < place((name) => name === 'dns' || name === 'resolve')
    ? { kind: 'before-dns', service }
    : null;
}

/** The minimal variants pass over names with more than two labels. */
const claims = (service: string, suffix: string): boolean =>
  !service.endsWith('_minimal') || suffix === 'local';
