import type { Api, Context } from '../context.ts';
import { isBerthError } from '../talk.ts';

/**
 * The instance of this user; null when none runs.
 *
 * @throws BerthError where there is one that cannot be talked to
 */
export async function runningInstance({ client }: Pick<Context, 'client'>): Promise<Api | null> {
  try {
    return await client();
  } catch (error) {
    if (isBerthError(error) && error.code === 'BERTH_NOT_RUNNING') return null;
    throw error;
  }
}
