import { type ClientLink, ORPCError } from '@orpc/client';
import { type AnyContractRouter, getEventIteratorSchemaDetails } from '@orpc/contract';
import { contract } from '../shared/contract/index.ts';
import { BerthError, type ErrorCode, errorCatalogue } from '../shared/errors.ts';
import type { Connection } from './connection.ts';

type NoContext = Record<never, never>;

/**
 * Sends calls over one connection and gives each stream a connection of its own: whoever consumes it slowly makes only
 * that one wait, so that the instance, which sees it, drops and counts instead of piling up.
 */
export function createLink(
  calls: Connection,
  openStream: (signal: AbortSignal | undefined) => Promise<Connection>,
): ClientLink<NoContext> {
  return {
    call: async (path, input, options) => {
      try {
        if (!isStream(path)) return await calls.link.call(path, input, options);
        const connection = await openStream(options.signal);
        return await streamOver(connection, () => connection.link.call(path, input, options));
      } catch (error) {
        options.signal?.throwIfAborted();
        throw readable(error);
      }
    },
  };
}

async function streamOver(
  connection: Connection,
  call: () => Promise<unknown>,
): Promise<AsyncGenerator<unknown>> {
  let output: unknown;
  try {
    output = await call();
    connection.taken();
  } catch (error) {
    connection.close();
    throw error;
  }
  return follow(output);

  async function* follow(stream: unknown): AsyncGenerator<unknown> {
    try {
      if (!isIterable(stream)) throw new TypeError('the answer is no stream');
      for await (const item of stream) {
        connection.taken();
        yield item;
      }
    } catch (error) {
      throw readable(error);
    } finally {
      connection.close();
    }
  }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Whether the contract says that a call answers with a stream. */
function isStream(path: readonly string[]): boolean {
  let at: unknown = contract satisfies AnyContractRouter;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return false;
    at = Reflect.get(at, part);
  }
  if (typeof at !== 'object' || at === null || !('~orpc' in at)) return false;
  const { outputSchema } = at['~orpc'] as { readonly outputSchema?: never };
  return getEventIteratorSchemaDetails(outputSchema) !== undefined;
}

/** What a call failed with, as an error of the catalogue. */
function readable(error: unknown): BerthError {
  if (error instanceof BerthError) return error;
  if (error instanceof ORPCError) {
    const refusal: unknown = error.data;
    if (error.code === 'REFUSED' && isRefusal(refusal)) {
      return new BerthError(refusal.code, refusal.detail, { cause: error });
    }
    return new BerthError(
      'BERTH_CONTROL_UNUSABLE',
      'it failed at this call, and its log says why',
      { cause: error },
    );
  }
  return new BerthError('BERTH_CONTROL_ENDED', 'it ended before the answer was through', {
    cause: error,
  });
}

const isRefusal = (data: unknown): data is { readonly code: ErrorCode; readonly detail: string } =>
  typeof data === 'object' &&
  data !== null &&
  'code' in data &&
  typeof data.code === 'string' &&
  Object.hasOwn(errorCatalogue, data.code) &&
  'detail' in data &&
  typeof data.detail === 'string';
