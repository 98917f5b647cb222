import { setTimeout as delay } from 'node:timers/promises';
import { isExpected } from '../../core/health/expected.ts';
import { askThroughProxy, hostOf, listenerFor } from '../../core/instance/throughProxy.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import { BerthError, type ErrorCode } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { limits } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { durationWord, duration as inWords } from '../render/units.ts';
import { isBerthError } from '../talk.ts';

export interface WaitInput {
  readonly name: string;
  readonly timeoutMs: number;
  /** Statuses to wait for. */
  readonly expect: string;
  /** What is asked for. */
  readonly path: string;
}

/** One look: what it found, or what is still missing. */
type Look =
  | { readonly status: number }
  | {
      readonly missing: string;
      /** What is said when nothing came of it. */
      readonly code: 'BERTH_UNHEALTHY' | 'BERTH_HOST_NOT_ADDED' | 'BERTH_NOT_RUNNING';
    };

/**
 * `berth wait HOST`: requests through the proxy until one is answered as expected. Also waits for the instance, so that it
 * can be started at the same time.
 */
export async function wait(input: WaitInput, context: Context): Promise<number> {
  const { output, signal, now } = context;
  const { name, timeoutMs } = input;
  const begun = now();
  const expiry = AbortSignal.timeout(timeoutMs);
  const ending = AbortSignal.any([signal, expiry]);
  let missing = '';
  let code: ErrorCode = 'BERTH_UNHEALTHY';
  let pause: number = limits.waitFirstMs;
  try {
    for (;;) {
      const look = await lookOnce(input, { ...context, signal: ending });
      if ('status' in look) {
        const ms = now() - begun;
        if (output.json) output.document({ host: name, status: look.status, ms });
        else output.say(`${name} answers ${look.status}, after ${inWords(ms)}`);
        return exitCodes.ok;
      }
      code = look.code;
      if (look.missing !== missing) {
        missing = look.missing;
        output.say(`Waiting up to ${durationWord(timeoutMs)} for ${name}: ${missing}`);
      }
      await delay(pause, undefined, { signal: ending });
      pause = Math.min(limits.waitMaxMs, pause * 1.5);
    }
  } catch (error) {
    if (!expiry.aborted || signal.aborted) throw error;
    const reason = missing === '' ? 'it did not answer' : missing;
    throw new BerthError(
      code,
      `${name} was not there within ${durationWord(timeoutMs)}: ${reason}`,
    );
  }
}

async function lookOnce(input: WaitInput, context: Context): Promise<Look> {
  const listeners = await listenersOf(context);
  if (listeners === null) {
    return { missing: 'no instance of Berth runs yet', code: 'BERTH_NOT_RUNNING' };
  }
  const listener = listenerFor(listeners);
  if (listener === undefined) {
    return { missing: 'the instance serves no address yet', code: 'BERTH_UNHEALTHY' };
  }
  const host = hostOf(input.name);
  const answer = await askThroughProxy({
    listener,
    host,
    path: input.path,
    signal: context.signal,
  });
  if (!answer.ok) {
    const code = answer.isUnknown === true ? 'BERTH_HOST_NOT_ADDED' : 'BERTH_UNHEALTHY';
    return { missing: answer.reason, code };
  }
  if (isExpected(input.expect, answer.status)) return { status: answer.status };
  return {
    missing: `it answers ${answer.status}, not ${input.expect}`,
    code: 'BERTH_UNHEALTHY',
  };
}

/** Where the instance serves; null while none runs. */
async function listenersOf(context: Context): Promise<readonly ListenerStatus[] | null> {
  // Looked up here, so that a BERTH_HOME that cannot be is an error and not a reason to wait.
  directoriesFor(context.world);
  try {
    const link = await context.connect({ signal: context.signal });
    try {
      return (await link.api.instance.status()).listeners;
    } finally {
      link.close();
    }
  } catch (error) {
    if (!isBerthError(error) || !(notThere.has(error.code) || isCutOff(error))) throw error;
    return null;
  }
}

/** What a start or a stop at this very moment looks like. */
const notThere: ReadonlySet<ErrorCode> = new Set(['BERTH_NOT_RUNNING', 'BERTH_CONTROL_ENDED']);

/** A handshake that was cut off, as by an instance that ends while it is asked. */
const isCutOff = ({ cause }: BerthError): boolean =>
  cause instanceof Error && 'code' in cause && ['ECONNRESET', 'EPIPE'].includes(String(cause.code));
