import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { firstOf } from '../../client/firstOf.ts';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import type { BodyText, ReplayInput } from '../../shared/contract/replay.ts';
import type { NumberedRecord, Replayed, ReplayedBody } from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { parseHost } from '../../shared/model/hostname.ts';
import type { Traffic } from '../traffic/index.ts';
import { listenerFor, ownReason, sendThroughProxy } from './throughProxy.ts';

/** Requests that a person sends again. */
export interface Replays {
  /**
   * Rejects with the reason of `signal`.
   *
   * @throws BerthError BERTH_INPUT_INVALID for a body that is too large or a listener that is not there,
   * BERTH_REPLAYS_BUSY beyond `limits.maxReplays` at a time
   */
  replay(input: Input, signal?: AbortSignal): Promise<Replayed>;
  /** Ends those that are under way. */
  close(): void;
}

/** As the contract's schema leaves it. */
type Input = Omit<ReplayInput, 'headers'> & {
  readonly headers: readonly (readonly [name: string, value: string])[];
};

export interface ReplayOptions {
  readonly listeners: () => readonly ListenerStatus[];
  readonly traffic: Pick<Traffic, 'capturing' | 'total' | 'since'>;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly bounds?: {
    readonly [Name in
      | 'maxReplayBodyBytes'
      | 'maxReplayAnswerBytes'
      | 'replayMs'
      | 'replayRecordMs'
      | 'maxReplays']?: number;
  };
}

export function createReplays({ listeners, traffic, now, ...options }: ReplayOptions): Replays {
  const bounds = { ...limits, ...options.bounds };
  const underWay = new Set<AbortController>();

  async function send(input: Input, outer: AbortSignal): Promise<Replayed> {
    const { host, method, path, headers, secure } = input;
    const body = input.body === null ? null : bytesOf(input.body, bounds.maxReplayBodyBytes);
    const listener = listenerOf(listeners(), secure);
    const begun = now();
    const firstId = traffic.total + 1;
    const expiry = AbortSignal.timeout(bounds.replayMs);
    const signal = firstOf(outer, expiry);
    const since = (): number => Math.round((now() - begun) * 10) / 10;
    const nothing = { headers: [], body: null };
    try {
      const sent = await sendThroughProxy({
        listener,
        host,
        method,
        path,
        headers,
        body,
        idleMs: bounds.replayMs,
        signal,
      });
      if (sent.kind === 'failed') {
        const ms = since();
        return { ok: false, status: null, ms, reason: sent.reason, ...nothing, record: null };
      }
      const { response, status, own } = sent;
      const read = await readBody(response, method, bounds.maxReplayAnswerBytes, expiry);
      outer.throwIfAborted();
      const ms = since();
      return {
        ok: own === null,
        status,
        ms,
        reason: own === null ? '' : ownReason(status, own),
        headers: fieldsOf(response.rawHeaders),
        body: read,
        record: await recordOf({ input, status, firstId, outer }),
      };
    } catch (error) {
      if (!expiry.aborted || outer.aborted) throw error;
      const reason = `no answer within ${bounds.replayMs / 1000} s`;
      return { ok: false, status: null, ms: since(), reason, ...nothing, record: null };
    }
  }

  /** The record of a request, which comes a moment after its answer; null where none, or more than one, could be it. */
  async function recordOf({
    input,
    status,
    firstId,
    outer,
  }: {
    readonly input: Input;
    readonly status: number;
    readonly firstId: number;
    readonly outer: AbortSignal;
  }): Promise<NumberedRecord | null> {
    const isIt = recordedAs(input, status);
    const end = now() + bounds.replayRecordMs;
    let from = firstId;
    while (traffic.capturing && !outer.aborted) {
      const seen = traffic.since(from, bounds.maxReplayLookRecords);
      const [found, ...others] = seen.filter(isIt);
      if (found !== undefined) return others.length === 0 ? found : null;
      from = (seen.at(-1)?.id ?? from - 1) + 1;
      if (now() >= end) break;
      await delay(bounds.replayLookMs);
    }
    return null;
  }

  return {
    replay: async (input, signal) => {
      if (underWay.size >= bounds.maxReplays) {
        throw new BerthError(
          'BERTH_REPLAYS_BUSY',
          `${underWay.size} requests wait for their answers`,
        );
      }
      const own = new AbortController();
      underWay.add(own);
      try {
        return await send(input, signal === undefined ? own.signal : firstOf(signal, own.signal));
      } finally {
        underWay.delete(own);
      }
    },
    close: () => {
      for (const own of underWay) {
        own.abort(new BerthError('BERTH_CONTROL_ENDED', 'the instance stops'));
      }
    },
  };
}

const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);

function listenerOf(all: readonly ListenerStatus[], secure: boolean): ListenerStatus {
  const found = secure ? all.find((listener) => listener.secure) : listenerFor(all);
  if (found !== undefined) return found;
  throw invalid(secure ? 'the instance serves no HTTPS' : 'the instance serves no address');
}

function bytesOf({ encoding, data }: BodyText, most: number): Buffer {
  const bytes = Buffer.from(data, encoding);
  if (bytes.length <= most) return bytes;
  throw invalid(`body: has ${bytes.length} bytes; at most ${most} are sent from here`);
}

/** The part of an answer's body that is kept. Never rejects. */
async function readBody(
  response: IncomingMessage,
  method: string,
  most: number,
  expiry: AbortSignal,
): Promise<ReplayedBody> {
  const parts: Buffer[] = [];
  let bytes = 0;
  let cut: ReplayedBody['cut'] = null;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part.subarray(0, most - bytes));
      bytes += part.length;
      if (bytes > most) {
        cut = 'size';
        break;
      }
    }
    if (cut === null && !response.complete) cut = 'broken';
  } catch {
    cut = expiry.aborted ? 'time' : 'broken';
  }
  response.destroy();
  const kept = Buffer.concat(parts);
  const told = response.headers['content-length'];
  const isLength = told !== undefined && /^\d{1,15}$/.test(told) && method !== 'HEAD';
  return {
    ...textOf(kept, cut !== null),
    bytes: kept.length,
    total: cut === null ? kept.length : isLength ? Number(told) : null,
    cut,
  };
}

/** @param isCut the last character may be there in part; that part is left out */
function textOf(bytes: Buffer, isCut: boolean): BodyText {
  if (!bytes.includes(0)) {
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return { encoding: 'utf8', data: decoder.decode(bytes, { stream: isCut }) };
    } catch {
      // It is no text.
    }
  }
  return { encoding: 'base64', data: bytes.toString('base64') };
}

/** What X-Debug adds to every answer of the proxy. */
const debugHeader =
  /^x-debug-(?:version-hipache|backend-(?:url|id)|vhost|frontend-key|time-(?:total|backend)|error)$/i;

function fieldsOf(raw: readonly string[]): readonly (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (!debugHeader.test(name)) fields.push([name, raw[at + 1] ?? '']);
  }
  return fields;
}

/** Whether a record could be that of a request. */
function recordedAs(
  { host, method, path, headers }: Input,
  status: number,
): (record: NumberedRecord) => boolean {
  const parsed = parseHost(host);
  const name = parsed.ok ? parsed.host : '';
  const target = path.slice(0, limits.maxRecordTextChars);
  const agents = headers.filter(([field]) => field.toLowerCase() === 'user-agent');
  const agent = agents[0]?.[1].trim().slice(0, limits.maxRecordTextChars) ?? null;
  return (record) =>
    record.host === name &&
    record.method === method &&
    record.target === target &&
    record.status === status &&
    (agents.length > 1 || record.userAgent === agent);
}
