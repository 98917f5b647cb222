import { type HostCheck, hostCheckOf, pagePartCheckOf } from '../shared/hostChecks.ts';
import { limits } from '../shared/limits.ts';
import type { TrafficOptions } from '../shared/model/trafficOptions.ts';
import type { RequestFields } from './headers/requestFields.ts';
import type { ResponseFields } from './headers/toClient.ts';
import { chooseForm } from './pages/accept.ts';

/** Bytes of "Invalid Host header", which older webpack-dev-servers answer with 200. */
const shortRefusalLength = '19';

/** Whether an answer may be the refusal of a host: a look at two values, for every answer. */
export const mayRefuseHost = (
  status: number,
  { contentLength }: Pick<ResponseFields, 'contentLength'>,
): boolean =>
  status === 200
    ? contentLength === shortRefusalLength
    : status === 403 || status === 400 || status === 421;

interface LookFacts {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly hostHeader: TrafficOptions['hostHeader'];
  readonly request: Pick<RequestFields, 'accept' | 'kept'>;
  readonly answer: Pick<ResponseFields, 'kept' | 'contentLength'>;
}

/**
 * How an answer is looked at that may refuse the host; null when it is none of ours to read. Only what a person opens in
 * a browser is held back, to be explained; what a program asks for goes on as it comes, and leaves a hint at most.
 */
export function lookAtAnswer(facts: LookFacts): AnswerLook | null {
  const { method, host, target, hostHeader, request, answer } = facts;
  if (method === 'HEAD' || hostHeader === 'backend') return null;
  if (fieldIn(answer.kept, 'content-encoding') !== null) return null;
  const type = fieldIn(answer.kept, 'content-type');
  if (type !== null && !/^text\/(?:html|plain)\b/i.test(type.trim())) return null;
  const length = Number(answer.contentLength ?? 0);
  const holds = method === 'GET' && isNavigation(request) && length <= limits.maxHeldAnswerBytes;
  return new AnswerLook(host, target, holds, type !== null && /^text\/html/i.test(type.trim()));
}

/** Whether a person opens a page: Accept wants HTML, and nothing says that a script asks. */
function isNavigation({ accept, kept }: Pick<RequestFields, 'accept' | 'kept'>): boolean {
  if (chooseForm(accept) !== 'html') return false;
  const mode = fieldIn(kept, 'sec-fetch-mode');
  return (mode === null || mode === 'navigate') && fieldIn(kept, 'x-requested-with') === null;
}

function fieldIn(fields: readonly string[], wanted: string): string | null {
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i];
    if (name?.length === wanted.length && name.toLowerCase() === wanted) return fields[i + 1] ?? '';
  }
  return null;
}

/** The beginning of an answer, kept to be read; nothing is written to the buffers that it keeps. */
export class AnswerLook {
  /** The answer is held back until it is whole. */
  readonly holds: boolean;
  readonly isHtml: boolean;
  readonly #host: string;
  readonly #target: string;
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  constructor(host: string, target: string, holds: boolean, isHtml: boolean) {
    this.#host = host;
    this.#target = target;
    this.holds = holds;
    this.isHtml = isHtml;
  }

  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  /** @returns false when that is more than is looked at: of an answer that is held back, all is kept all the same */
  add(part: Buffer): boolean {
    const max = this.holds ? limits.maxHeldAnswerBytes : limits.maxHintBytes;
    if (this.holds || this.#bytes < max) this.#parts.push(part);
    this.#bytes += part.length;
    return this.#bytes <= max;
  }

  /** What was kept, as text. */
  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }

  /** Whose refusal it is, as far as it came; null for any other answer. */
  refusal(): HostCheck | null {
    if (this.#parts.length === 0) return null;
    const { text } = this;
    return hostCheckOf(text, this.#host, true) ?? pagePartCheckOf(text, this.#target, this.#host);
  }
}

/** For the record of the request. */
export const hintOf = ({ server, fix }: HostCheck): string => `${server} refuses the host. ${fix}`;
