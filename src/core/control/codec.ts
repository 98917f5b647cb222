import { ErrorEvent, mapEventIterator, toORPCError } from '@orpc/client';
import { StandardRPCJsonSerializer, StandardRPCSerializer } from '@orpc/client/standard';
import { type StandardCodec, StandardRPCCodec } from '@orpc/server/standard';
import { isIterator } from './isIterator.ts';

/**
 * oRPC's encoding, without the search for dates, maps and the like in what we answer: everything in the contract is
 * plain JSON, and the search would take three times as long as the JSON itself. Inputs are read as oRPC reads them.
 */
export function createCodec(): StandardCodec {
  const serializer = new StandardRPCSerializer(new StandardRPCJsonSerializer());
  const standard = new StandardRPCCodec(serializer);
  return {
    decode: (request, params, procedure) => standard.decode(request, params, procedure),
    encodeError: (error) => standard.encodeError(error),
    encode: (output) => ({
      status: 200,
      headers: {},
      body: isIterator(output)
        ? mapEventIterator(output, {
            value: async (value) => ({ json: value }),
            error: async (error) =>
              new ErrorEvent({
                data: serializer.serialize(toORPCError(error).toJSON()),
                cause: error,
              }),
          })
        : { json: output },
    }),
  };
}
