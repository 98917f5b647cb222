import { setTimeout as delay } from 'node:timers/promises';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { limits } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import type { World } from '../world.ts';

export interface StopInput {
  /** Do not let requests finish. */
  readonly now: boolean;
}

/** `berth stop`: signals the process that answers on the control socket, and waits until it is gone. */
export async function stop({ now }: StopInput, context: Context): Promise<number> {
  const { connect, output, signal, world } = context;
  const link = await connect({ signal });
  // Who answered there as Berth is the one to be signalled, and nobody else.
  const { pid } = link.instance;
  link.close();
  send(world, pid, 'SIGTERM');
  // Another signal than the first: two of one kind may arrive as one.
  if (now) send(world, pid, 'SIGINT');
  else
    output.say(
      `Stopping pid ${pid}: what runs is finished first; berth stop --now ends it at once`,
    );
  while (isThere(world, pid)) await delay(limits.waitFirstMs, undefined, { signal });
  if (output.json) output.document({ pid, stopped: true });
  else output.say('Stopped');
  return exitCodes.ok;
}

function send({ kill }: World, pid: number, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return;
    throw new BerthError(
      'BERTH_CONTROL_FORBIDDEN',
      `the process ${pid} cannot be signalled (${codeOf(error)}): it runs for another user or in a container`,
      { cause: error },
    );
  }
}

function isThere({ kill }: World, pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
