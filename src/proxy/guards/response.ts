import { limits } from '../../shared/limits.ts';
import { hasToken } from '../headers/nominated.ts';
import type { ResponseFields } from '../headers/toClient.ts';

/** The start line of a backend's response, as a parser gave it. */
export interface StartLine {
  readonly httpVersion: string;
  readonly statusCode?: number | undefined;
  readonly statusMessage?: string | undefined;
}

/** What a guard looks at beside the start line. */
type Head = Pick<ResponseFields, 'count' | 'problem' | 'upgrade'>;

const reasonPhrase = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a start line is HTTP/1 and can be written again; parsers let more through. */
const isSound = ({ httpVersion, statusMessage }: StartLine): boolean =>
  (httpVersion === '1.1' || httpVersion === '1.0') && reasonPhrase.test(statusMessage ?? '');

/** Whether a status says that another response to the same request follows, 101 excepted. */
export const saysInterim = (status: number): boolean =>
  status >= 100 && status < 200 && status !== 101;

/**
 * Whether an interim response (1xx but 101) may be taken.
 *
 * @param fields of its head
 * @param earlier interim responses to the same request that came before it
 */
export const isInterimResponse = (start: StartLine, fields: number, earlier: number): boolean =>
  earlier < limits.maxInterimResponses && isSound(start) && fields <= limits.maxHeadFields;

/** Whether a response may be passed on as the final one. */
export const isFinalResponse = (start: StartLine, head: Head): boolean =>
  (start.statusCode ?? 0) >= 200 &&
  isSound(start) &&
  head.problem === null &&
  head.count <= limits.maxHeadFields;

/** Whether a response agrees to a WebSocket handshake. */
export const isWebSocketAgreement = (start: StartLine, head: Head): boolean =>
  start.statusCode === 101 &&
  isSound(start) &&
  head.count <= limits.maxHeadFields &&
  head.upgrade !== null &&
  hasToken(head.upgrade, 'websocket');
