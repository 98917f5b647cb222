import { limits } from '../limits.ts';
import { lookupNames } from './hostname.ts';

/** A name under which the frontend of a host may stand. */
export interface LookupStep {
  readonly name: string;
  /** What the host is called under the suffix of that name: as it was asked for, or the same under another suffix. */
  readonly host: string;
}

/** No suffix shares its frontends with another: hosts answer to their own name, as with Hipache. */
export const noSuffixes: readonly string[] = [];

/**
 * The names under which the frontend of a host may stand, in the order in which they are tried: the host; the same host
 * under each other suffix; each wildcard of the host, followed by the same one under each other suffix; wildcards above
 * the suffix, and `*`. Those of `lookupNames` are among them, in their order, and are all of them for a host under no
 * suffix. At most `limits.maxLookupNames`, no two alike.
 *
 * @param shared suffixes under each of which one frontend answers, in the order in which they are asked
 */
export function lookupSteps(host: string, shared: readonly string[]): readonly LookupStep[] {
  const own = lookupNames(host);
  const place = placeOf(host, shared);
  if (place === null) return own.map((name) => ({ name, host }));
  const { base, suffix } = place;
  const others = othersOf(base, suffix, shared);
  const ownNames = new Set(own);
  const steps = new Map<string, LookupStep>();
  const take = (name: string, as: string): void => {
    if (!steps.has(name)) steps.set(name, { name, host: as });
  };
  take(host, host);
  for (const other of others) take(other.host, other.host);
  const labels = base === '' ? [] : base.split('.');
  for (let at = 1; at <= labels.length; at++) {
    const rest = labels.slice(at);
    const mine = wildcardOf(rest, suffix);
    if (ownNames.has(mine)) take(mine, host);
    for (const other of others) {
      const name = wildcardOf(rest, other.suffix);
      // What the host has as a wildcard of its own keeps its place among those.
      if (!ownNames.has(name) && isTried(name)) take(name, other.host);
    }
  }
  for (const name of own) take(name, host);
  return [...steps.values()];
}

/** The name of the frontend that a host gets; null where none of the names exists. */
export function frontendNameOf(
  host: string,
  shared: readonly string[],
  has: (name: string) => boolean,
): string | null {
  return lookupSteps(host, shared).find(({ name }) => has(name))?.name ?? null;
}

/** A host or wildcard as it is called under each other suffix; none where it lies under none of them. */
export function underOtherSuffixes(name: string, shared: readonly string[]): readonly string[] {
  const isWildcard = name.startsWith('*.');
  const place = placeOf(isWildcard ? `any${name.slice(1)}` : name, shared);
  if (place === null) return [];
  const { base, suffix } = place;
  const others = othersOf(base, suffix, shared);
  if (!isWildcard) return others.map(({ host }) => host);
  const rest = base.split('.').slice(1);
  return others.map((other) => wildcardOf(rest, other.suffix)).filter(isTried);
}

/**
 * The names, other than its own, by which a frontend is in fact reached: where another frontend stands under one, or is
 * asked before it, that one answers.
 */
export function answersAlsoAt(
  name: string,
  shared: readonly string[],
  has: (name: string) => boolean,
): readonly string[] {
  return underOtherSuffixes(name, shared).filter((other) => {
    if (!other.startsWith('*.')) return frontendNameOf(other, shared, has) === name;
    const steps = lookupSteps(`any${other.slice(1)}`, shared);
    return steps.find((step) => step.name.startsWith('*') && has(step.name))?.name === name;
  });
}

/** Redis keys that one host may need. */
export const keysPerHost = (shared: readonly string[]): number =>
  limits.maxKeysPerHost + Math.max(0, shared.length - 1) * limits.maxNamesPerSuffix;

/** A host apart by the longest suffix that it lies under; null for one under none, and for a suffix itself. */
function placeOf(
  host: string,
  shared: readonly string[],
): { readonly base: string; readonly suffix: string } | null {
  let suffix = '';
  for (const one of shared) {
    if (host === one) return null;
    if (one.length > suffix.length && host.endsWith(`.${one}`)) suffix = one;
  }
  return suffix === '' ? null : { base: host.slice(0, -suffix.length - 1), suffix };
}

/** The same host under the other suffixes; under one where no host can have so long a name, nothing can be asked for. */
const othersOf = (
  base: string,
  suffix: string,
  shared: readonly string[],
): readonly { readonly suffix: string; readonly host: string }[] =>
  shared
    .filter((other) => other !== suffix)
    .map((other) => ({ suffix: other, host: `${base}.${other}` }))
    .filter(({ host }) => host.length <= limits.maxHostBytes);

const wildcardOf = (rest: readonly string[], suffix: string): string =>
  `*.${[...rest, suffix].join('.')}`;

/** Whether a host of its own suffix would be looked up by this wildcard. */
const isTried = (wildcard: string): boolean => wildcard.split('.').length <= limits.maxLookupLabels;
