import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';

export interface ReloadInput {
  /** Reopen the access log instead. */
  readonly logs: boolean;
}

/** `berth reload` */
export async function reload({ logs }: ReloadInput, { client, output }: Context): Promise<number> {
  const { instance } = await client();
  await (logs ? instance.reopenLogs() : instance.reload());
  if (output.json) output.document({ done: true });
  else output.say(logs ? 'The access log is opened anew' : 'The configuration is read again');
  return exitCodes.ok;
}
