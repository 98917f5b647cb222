import { ORPCError } from '@orpc/client';
import { StandardHandler, StandardRPCMatcher } from '@orpc/server/standard';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { createCodec } from './codec.ts';
import { isIterator } from './isIterator.ts';
import { invalidInput, refusalOf } from './refusal.ts';
import { createRouter } from './router.ts';
import type { ControlServices } from './services.ts';

/** What is known of the connection that a call came by. A type, since oRPC wants one with an index. */
type CallContext = {
  readonly connection: { openCalls: number };
  /** Whether the call came as far as its procedure: what fails before is the caller's fault. */
  readonly call?: { reached: boolean };
};

export type RpcHandler = StandardHandler<CallContext>;

/**
 * Answers calls whatever they came by. A caller hears of refusals only; a fault of ours is reported, and answered
 * without a reason.
 */
export function createRpc(
  services: () => ControlServices,
  fault: (error: unknown, call: string) => void,
): RpcHandler {
  const router = createRouter(services, { fault });
  return new StandardHandler<CallContext>(router, new StandardRPCMatcher(), createCodec(), {
    interceptors: [
      async ({ next, ...options }) => {
        const { connection } = options.context;
        const { signal, url } = options.request;
        const place = takePlace(connection);
        signal?.addEventListener('abort', place.leave, { once: true });
        const call = { reached: false };
        let isStream = false;
        try {
          const result = await next({ ...options, context: { connection, call } });
          if (!result.matched) throw invalidInput('there is no such call');
          const { body } = result.response;
          if (!isIterator(body)) return result;
          isStream = true;
          return { ...result, response: { ...result.response, body: until(body, place.leave) } };
        } catch (error) {
          if (error instanceof ORPCError) throw error;
          if (!call.reached) throw invalidInput('the input cannot be read', error);
          fault(error, url.pathname);
          throw internal();
        } finally {
          if (!isStream) place.leave();
        }
      },
    ],
    clientInterceptors: [
      async ({ next, context, path, signal }) => {
        if (context.call !== undefined) context.call.reached = true;
        try {
          return await next();
        } catch (error) {
          const refusal = refusalOf(error);
          if (refusal !== null) throw refusal;
          if (signal?.aborted !== true) fault(error, path.join('.'));
          throw internal();
        }
      },
    ],
  });
}

const internal = (): ORPCError<'INTERNAL_SERVER_ERROR', undefined> =>
  new ORPCError('INTERNAL_SERVER_ERROR');

/** Counts a call among those of its connection until it leaves. */
function takePlace(connection: { openCalls: number }): { readonly leave: () => void } {
  if (connection.openCalls >= limits.maxControlCalls) {
    const detail = `${limits.maxControlCalls} calls are open on this connection; end one first`;
    const refusal = refusalOf(new BerthError('BERTH_CONTROL_UNUSABLE', detail));
    throw refusal ?? internal();
  }
  connection.openCalls++;
  let isOver = false;
  return {
    leave: () => {
      if (isOver) return;
      isOver = true;
      connection.openCalls--;
    },
  };
}

async function* until<T>(stream: AsyncIterable<T>, over: () => void): AsyncGenerator<T> {
  try {
    yield* stream;
  } finally {
    over();
  }
}
