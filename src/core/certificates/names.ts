/** What the local CA may sign: DNS names with all below them, and nothing else but loopback addresses. */
export type PermittedNames = readonly string[];

/** Addresses that the local CA may sign, as CIDR: this machine's own. */
export const permittedAddresses = ['127.0.0.0/8', '::1/128'] as const;

/** Whom a client without SNI has asked for: the instance on this machine. */
export const loopbackNames = { dns: 'localhost', addresses: ['127.0.0.1', '::1'] } as const;

/**
 * The names that the CA is needed for: `localhost`, the suffixes, and those that were added by hand. What another one
 * covers is left out, so that the same need is the same list.
 */
export function neededNames(suffixes: readonly string[], names: readonly string[]): PermittedNames {
  const all = [...new Set([loopbackNames.dns, ...suffixes, ...names])].filter(isDnsName);
  return all
    .filter((name) => !all.some((other) => other !== name && isWithin(name, other)))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Whether a name is one of them, or below one. */
export const isPermitted = (host: string, names: PermittedNames): boolean =>
  isDnsName(host) && names.some((name) => isWithin(host, name));

/** Whether a CA with the one may sign all that is needed. */
export const areCovered = (needed: PermittedNames, permitted: PermittedNames): boolean =>
  needed.every((name) => isPermitted(name, permitted));

/** The commands that have the CA sign for more names than `certificates.names` has, and trusted anew. */
export const addNames = (added: readonly string[], more: readonly string[]): string =>
  `berth config set certificates.names '${JSON.stringify([...new Set([...added, ...more])])}' && berth trust`;

const isWithin = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);

/** An address is no DNS name, and a certificate has another place for it. */
const isDnsName = (host: string): boolean =>
  host !== '' && !host.startsWith('[') && !/^[\d.]+$/.test(host);
