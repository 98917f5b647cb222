import { BerthError } from '../shared/errors.ts';
import { underOtherSuffixes } from '../shared/model/lookup.ts';
import type { Api } from './context.ts';
import { isBerthError } from './talk.ts';

/**
 * The rule for names: verbs take them as they are written, as Hipache's lists do, and change the frontend of that very
 * name. In the window, a single word means the name under the first suffix; and requests for a host may be answered by
 * the frontend of another suffix. Where there is no frontend of a name, who wrote it hears of the one that is.
 *
 * @returns the error to tell, which is the given one where nothing else is meant
 */
export async function withMeantHost(error: unknown, api: () => Promise<Api>): Promise<unknown> {
  if (!isBerthError(error) || error.code !== 'BERTH_HOST_NOT_FOUND') return error;
  const word = error.detail;
  try {
    const { hosts, instance } = await api();
    const { suffixes, sharedSuffixes } = await instance.status();
    const meant = isSingleWord(word)
      ? suffixes.map((suffix) => `${word}.${suffix}`)
      : underOtherSuffixes(word, sharedSuffixes);
    for (const name of meant) {
      if ((await hostIfAny({ hosts }, name)) === null) continue;
      return new BerthError('BERTH_HOST_NOT_FOUND', `${word}; did you mean ${name}?`);
    }
  } catch {
    // What failed first is what is told.
  }
  return error;
}

export const isSingleWord = (name: string): boolean => /^[^.*\s;]+$/.test(name);

/** What is known of a host; null when there is none. */
export async function hostIfAny(
  { hosts }: Pick<Api, 'hosts'>,
  name: string,
): Promise<Awaited<ReturnType<Api['hosts']['get']>> | null> {
  try {
    return await hosts.get({ name });
  } catch (error) {
    if (isBerthError(error) && error.code === 'BERTH_HOST_NOT_FOUND') return null;
    throw error;
  }
}
