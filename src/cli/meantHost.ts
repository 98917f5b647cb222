import { BerthError } from '../shared/errors.ts';
import type { Api } from './context.ts';
import { isBerthError } from './talk.ts';

/**
 * The rule for a single word as a host: verbs take it as it is written, as Hipache's lists do; in the window it means
 * the name under the first suffix. Where there is no frontend of that word, who wrote it hears of the name that the
 * window would have made of it.
 *
 * @returns the error to tell, which is the given one where nothing else is meant
 */
export async function withMeantHost(error: unknown, api: () => Promise<Api>): Promise<unknown> {
  if (!isBerthError(error) || error.code !== 'BERTH_HOST_NOT_FOUND') return error;
  const word = error.detail;
  if (!isSingleWord(word)) return error;
  try {
    const { hosts, instance } = await api();
    const { suffixes } = await instance.status();
    for (const suffix of suffixes) {
      const name = `${word}.${suffix}`;
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
