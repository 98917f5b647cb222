import { lookupNames } from '../../../shared/model/hostname.ts';
import type { ZoneOf } from './answer.ts';

/**
 * The zones of an instance: each suffix with everything below it, each frontend of another domain, and everything below
 * `*.domain`. The frontend `*` makes no name ours.
 *
 * @param has whether there is a frontend of this name
 */
export function zonesOf(suffixes: readonly string[], has: (name: string) => boolean): ZoneOf {
  const own: ReadonlySet<string> = new Set(suffixes);
  return (host) => {
    const labels = host.split('.');
    for (let at = 0; at < labels.length; at++) {
      const domain = labels.slice(at).join('.');
      if (own.has(domain)) return domain;
    }
    // Those by which the proxy would find it, so that both agree.
    const name = lookupNames(host).find((candidate) => candidate !== '*' && has(candidate));
    return name === undefined ? null : name.replace(/^\*\./, '');
  };
}
