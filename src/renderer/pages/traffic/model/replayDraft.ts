import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import { type ReplayInput, replaySchema } from '../../../../shared/contract/replay.ts';
import { limits } from '../../../../shared/limits.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import type { ReplayDraft } from '../../../state/trafficReplay.ts';
import { pathOf, portFor } from './curl.ts';

export type DraftField = keyof ReplayDraft;

/** Where a draft goes: nobody changes that. */
export type ReplayPlace = Pick<RequestRecord, 'host' | 'protocol'>;

export type DraftRead =
  | { readonly ok: true; readonly input: ReplayInput }
  | { readonly ok: false; readonly field: DraftField; readonly problem: string };

/** The request of a record, as far as that knows it: of its headers it has two. */
export function draftOf({ method, target, userAgent, referer }: RequestRecord): ReplayDraft {
  const known = [
    ['User-Agent', userAgent],
    ['Referer', referer],
  ] as const;
  const headers = known
    .filter(([, value]) => value !== null && !isCut(value))
    .map(([name, value]) => `${name}: ${value}`);
  return {
    method,
    path: target === '*' ? target : pathOf(target),
    headers: headers.join('\n'),
    body: '',
    encoding: 'utf8',
  };
}

/** Why the request of a record cannot be sent again at all; null where it can. */
export function notReplayable({ host, method, protocol }: RequestRecord): string | null {
  if (method === '-') return 'What came was no request.';
  if (host === '') return 'This request named no host: there is nowhere to send it.';
  if (protocol === 'ws' || protocol === 'wss') {
    return 'A WebSocket is a conversation: it cannot be sent again.';
  }
  if (method === 'CONNECT') return 'CONNECT is not served by a reverse proxy.';
  return null;
}

/** Methods that ask for something and change nothing: they are sent again without a question. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Why a person has to look before a request is sent again; null where it may be sent at once. */
export function whyLook({ method, target }: RequestRecord): string | null {
  if (isCut(target)) {
    return `Of this path the first ${limits.maxRecordTextChars} characters were kept: complete it.`;
  }
  if (safeMethods.has(method)) return null;
  return method === 'DELETE'
    ? 'This may change something: it is sent again when you say so. Headers and body were not kept.'
    : 'Its headers and body were not kept: write what it is to have, then send it.';
}

/** What a draft says, or what is wrong with it, field by field. */
export function readDraft(
  draft: ReplayDraft,
  { host, protocol }: ReplayPlace,
  listeners: readonly ListenerStatus[],
): DraftRead {
  const secure = protocol === 'https';
  const lines = headerLines(draft.headers);
  const odd = lines.find(({ name }) => name === null);
  if (odd !== undefined) {
    return { ok: false, field: 'headers', problem: `Line ${odd.number}: write Name: value.` };
  }
  const read = replaySchema.safeParse({
    host: `${host}${portFor(secure, listeners)}`,
    secure,
    method: draft.method.trim(),
    path: draft.path.trim(),
    headers: lines.map(({ name, value }) => [name, value]),
    body:
      draft.body === ''
        ? null
        : {
            encoding: draft.encoding,
            data: draft.encoding === 'base64' ? draft.body.replace(/\s/g, '') : draft.body,
          },
  });
  if (!read.success) return problemOf(read.error.issues[0], lines);
  const bytes = bytesOf(draft);
  if (bytes > limits.maxReplayBodyBytes) {
    const problem = `It has ${bytes} bytes; at most ${limits.maxReplayBodyBytes} are sent from here.`;
    return { ok: false, field: 'body', problem };
  }
  return { ok: true, input: read.data };
}

interface HeaderLine {
  /** In the draft, from 1. */
  readonly number: number;
  /** Null where the line has no colon. */
  readonly name: string | null;
  readonly value: string;
}

function headerLines(text: string): readonly HeaderLine[] {
  return text.split('\n').flatMap((line, at): HeaderLine[] => {
    if (line.trim() === '') return [];
    const colon = line.indexOf(':');
    const name = colon < 1 ? null : line.slice(0, colon).trim();
    return [{ number: at + 1, name, value: line.slice(colon + 1).trim() }];
  });
}

function problemOf(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
  lines: readonly HeaderLine[],
): DraftRead {
  const [part, index] = issue?.path ?? [];
  const message = issue?.message ?? '';
  const line = typeof index === 'number' ? lines[index] : undefined;
  if (part === 'headers' && line !== undefined) {
    return { ok: false, field: 'headers', problem: `Line ${line.number}: ${message}.` };
  }
  const field = part === 'path' || part === 'headers' || part === 'body' ? part : 'method';
  const words = { path: 'The path', headers: 'The headers', body: 'The body', method: 'It' };
  return { ok: false, field, problem: `${words[field]} ${message}.` };
}

const bytesOf = ({ body, encoding }: ReplayDraft): number =>
  encoding === 'utf8'
    ? new TextEncoder().encode(body).length
    : Math.floor((body.replace(/\s|=/g, '').length * 3) / 4);

const isCut = (text: string): boolean => text.length >= limits.maxRecordTextChars;
