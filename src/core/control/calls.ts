import { ErrorEvent } from '@orpc/client';
import { isIterator } from './isIterator.ts';
import { JsonText } from './jsonText.ts';
import type { Caller, RpcHandler } from './rpc.ts';

/** The calls that one connection has open, in oRPC's protocol: each by the name that its caller gave it. */
export interface Calls {
  /** Ignored for a name that is in use. */
  begin(id: string, path: string, body: unknown): void;
  /** The caller wants no more of it. */
  end(id: string): void;
  endAll(): void;
}

export interface CallsParts {
  readonly rpc: RpcHandler;
  readonly caller: Caller;
  /** Resolves when the next message may be made. */
  readonly send: (text: string | JsonText) => Promise<void>;
  /** Hears of what should not happen. */
  readonly fault: (error: unknown, call: string) => void;
}

/** Types of oRPC's messages: a part of a stream; an answer has none. */
const streamed = 3;

export function serveCalls({ rpc, caller, send, fault }: CallsParts): Calls {
  const open = new Map<string, AbortController>();

  async function answer(id: string, path: string, body: unknown, signal: AbortSignal) {
    const { response } = await rpc.handle(
      { method: 'POST', url: new URL(path, base), headers: {}, body: async () => body, signal },
      { context: { connection: caller } },
    );
    if (response === undefined) throw new Error('it was not answered');
    const { status, body: answered } = response;
    const isStream = isIterator(answered);
    if (signal.aborted) {
      if (isStream) await answered.return?.();
      return;
    }
    const head = {
      ...(status === 200 ? {} : { s: status }),
      ...(isStream ? { h: { 'content-type': 'text/event-stream' } } : {}),
    };
    await send(messageOf({ i: id }, head, 'b', isStream ? undefined : answered));
    if (isStream) await follow(id, answered, signal);
  }

  async function follow(id: string, stream: AsyncIterator<unknown>, signal: AbortSignal) {
    const tell = (e: string, data: unknown): Promise<void> =>
      send(messageOf({ i: id, t: streamed }, { e }, 'd', data));
    /** Whether there may be more. What was told is not held while the next one is waited for. */
    const tellNext = async (): Promise<boolean> => {
      const { done, value } = await stream.next();
      if (signal.aborted) return false;
      await tell(done === true ? 'done' : 'message', value);
      return done !== true;
    };
    try {
      while (await tellNext());
    } catch (error) {
      if (!signal.aborted)
        await tell('error', error instanceof ErrorEvent ? error.data : undefined);
      if (!(error instanceof ErrorEvent)) throw error;
    } finally {
      await stream.return?.();
    }
  }

  return {
    begin: (id, path, body) => {
      if (open.has(id)) return;
      const ending = new AbortController();
      open.set(id, ending);
      void answer(id, path, body, ending.signal)
        .catch((error: unknown) => fault(error, path))
        .finally(() => {
          if (open.get(id) === ending) open.delete(id);
        });
    },
    end: (id) => {
      open.get(id)?.abort();
      open.delete(id);
    },
    endAll: () => {
      for (const ending of open.values()) ending.abort();
      open.clear();
    },
  };
}

const base = 'http://control';

/** As `{"i":"1","t":3,"p":{"e":"message","d":…}}`; what is undefined is left out. */
function messageOf(
  envelope: { readonly i: string; readonly t?: number },
  head: object,
  key: string,
  value: unknown,
): string | JsonText {
  if (!(value instanceof JsonText)) {
    return JSON.stringify({ ...envelope, p: { ...head, [key]: value } });
  }
  const [open, end] = JSON.stringify({ ...envelope, p: { ...head, [key]: null } }).split(
    /(?<=:)null(?=}}$)/,
  );
  return value.within(open ?? '', end ?? '');
}
