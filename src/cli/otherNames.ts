import { answersAlsoAt, frontendNameOf, underOtherSuffixes } from '../shared/model/lookup.ts';
import type { Api } from './context.ts';
import { hostIfAny } from './meantHost.ts';

/** How a name stands to the same host under other suffixes. */
interface OtherNames {
  /** The frontend that answers under it as long as there is none of that name; null for none. */
  readonly standIn: string | null;
  /** Names under which the frontend of that name answers, too. */
  readonly also: readonly string[];
}

/** Asks which frontends stand under the names that a host has under other suffixes: seven calls at most. */
export async function otherNamesOf(
  { hosts, instance }: Pick<Api, 'hosts' | 'instance'>,
  name: string,
): Promise<OtherNames> {
  const { sharedSuffixes } = await instance.status();
  const others = underOtherSuffixes(name, sharedSuffixes);
  const views = await Promise.all(others.map((other) => hostIfAny({ hosts }, other)));
  const there = new Set(views.flatMap((view) => view?.name ?? []));
  return {
    // What a wildcard would match is not asked for: it may be very much.
    standIn: name.startsWith('*')
      ? null
      : frontendNameOf(name, sharedSuffixes, (one) => there.has(one)),
    also: answersAlsoAt(name, sharedSuffixes, (one) => one === name || there.has(one)),
  };
}
