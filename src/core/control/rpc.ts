import { ORPCError } from '@orpc/client';
import { StandardHandler, StandardRPCMatcher } from '@orpc/server/standard';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { Budget } from './budget.ts';
import { createCodec } from './codec.ts';
import { isIterator } from './isIterator.ts';
import type { JsonTexts } from './jsonText.ts';
import { made as whatIsMade } from './later.ts';
import type { Pace } from './pace.ts';
import { invalidInput, refusalOf } from './refusal.ts';
import { createRouter, type RouterParts } from './router.ts';
import type { ControlServices } from './services.ts';

/** The connection that a call came by. */
export interface Caller {
  /** Streams among them. */
  openCalls: number;
  openStreams: number;
  readonly pace: Pace;
}

export const newCaller = (pace: Pace): Caller => ({ openCalls: 0, openStreams: 0, pace });

/** What is known of a call beside its request. A type, since oRPC wants one with an index. */
type CallContext = {
  readonly connection: Caller;
  /** Whether the call came as far as its procedure: what fails before is the caller's fault. */
  readonly call?: { reached: boolean };
};

export type RpcHandler = StandardHandler<CallContext>;

/**
 * Answers calls whatever they came by. A caller hears of refusals only; a fault of ours is reported, and answered
 * without a reason. What is long in an answer or in a message of a stream comes as JsonText.
 */
export function createRpc(
  services: () => ControlServices,
  { fault, handOver }: RouterParts,
  budget: Pick<Budget, 'takeStream'>,
  texts: JsonTexts,
): RpcHandler {
  const router = createRouter(services, { fault, handOver });
  const textOf = async (body: unknown): Promise<unknown> => texts.of(await whatIsMade(body));
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
          const { pathname } = url;
          const result = await connection.pace.answer(
            pathname,
            () => next({ ...options, context: { connection, call } }),
            async (made) => {
              if (!made.matched || isIterator(made.response.body)) return made;
              const body = await textOf(made.response.body);
              return { ...made, response: { ...made.response, body } };
            },
          );
          if (!result.matched) throw invalidInput('there is no such call');
          const { body } = result.response;
          if (!isIterator(body)) return result;
          place.stays(takeStreamPlace(connection, budget));
          isStream = true;
          const paced = pacedStream(body, {
            make: (one) =>
              connection.pace.message(
                pathname,
                one,
                async (made) =>
                  made.done === true ? made : { done: false, value: await textOf(made.value) },
                signal,
              ),
            over: place.leave,
          });
          return { ...result, response: { ...result.response, body: paced } };
        } catch (error) {
          if (error instanceof ORPCError) throw error;
          if (error instanceof BerthError) throw refusalOf(error) ?? internal();
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

const full = (detail: string): BerthError => new BerthError('BERTH_CONTROL_UNUSABLE', detail);

interface Place {
  /** The call is a stream, of which this place is left with it. */
  stays(leaveStream: () => void): void;
  leave(): void;
}

/** Counts a call among those of its connection until it leaves. */
function takePlace(connection: Caller): Place {
  if (connection.openCalls >= limits.maxControlCalls) {
    const detail = `${limits.maxControlCalls} calls are open on this connection; end one first`;
    throw refusalOf(full(detail)) ?? internal();
  }
  connection.openCalls++;
  let isOver = false;
  let leaveStream = (): void => undefined;
  return {
    stays: (leaves) => {
      if (isOver) leaves();
      else leaveStream = leaves;
    },
    leave: () => {
      if (isOver) return;
      isOver = true;
      connection.openCalls--;
      leaveStream();
    },
  };
}

/** Counts a stream among those of its connection and of all. */
function takeStreamPlace(connection: Caller, budget: Pick<Budget, 'takeStream'>): () => void {
  if (connection.openStreams >= limits.maxControlStreams) {
    throw full(`${limits.maxControlStreams} streams are open on this connection; end one first`);
  }
  const leave = budget.takeStream();
  if (leave === null) {
    throw full(`${limits.maxAllControlStreams} streams are open on this instance; end one first`);
  }
  connection.openStreams++;
  return () => {
    connection.openStreams--;
    leave();
  };
}

/** A stream of which each message is made when it can be sent. */
function pacedStream<T>(
  stream: AsyncIterableIterator<T>,
  {
    make,
    over,
  }: {
    /** Null when the connection has ended. */
    readonly make: (one: () => Promise<IteratorResult<T>>) => Promise<IteratorResult<T> | null>;
    readonly over: () => void;
  },
): AsyncIterableIterator<T> {
  const end = async (): Promise<IteratorResult<T>> => {
    over();
    await stream.return?.();
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      try {
        const made = await make(() => stream.next());
        if (made === null) return await end();
        if (made.done === true) over();
        return made;
      } catch (error) {
        over();
        throw error;
      }
    },
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
