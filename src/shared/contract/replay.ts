import { z } from 'zod';
import { limits } from '../limits.ts';
import { parseHost } from '../model/hostname.ts';

/** Bytes as text. */
export interface BodyText {
  readonly encoding: 'utf8' | 'base64';
  readonly data: string;
}

/** Headers that frame a request, or say where it goes: they follow from the rest of the input. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-debug',
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const target = /^(?:\/[\x21-\x7e\x80-\xff]*|\*)$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const headerName = z
  .string()
  .max(limits.maxReplayHeaderChars)
  .superRefine((name, context) => {
    if (!token.test(name)) {
      context.addIssue({ code: 'custom', message: `is no name of a header: ${quote(name)}` });
    } else if (ownHeaders.has(name.toLowerCase())) {
      context.addIssue({ code: 'custom', message: `${name} is set by Berth; leave it out` });
    }
  });

const headerValue = z
  .string()
  .max(limits.maxReplayHeaderChars)
  .regex(fieldValue, 'has a character that no header takes; it stays on one line, in Latin-1');

export const replaySchema = z.strictObject({
  /** Where the proxy is to send it, as in a Host header; the request goes to this instance and nowhere else. */
  host: z
    .string()
    .max(limits.maxHostBytes + 6)
    .refine((host) => parseHost(host).ok, 'is not a host name, with a port or without'),
  /** Whether through a listener with TLS. */
  secure: z.boolean().default(false),
  method: z
    .string()
    .max(limits.maxReplayMethodChars)
    .regex(token, 'is no method')
    .refine((method) => method !== 'CONNECT', 'CONNECT is not served by a reverse proxy'),
  /** Path and query. */
  path: z
    .string()
    .max(limits.maxTargetBytes)
    .regex(target, 'begins with /, and has neither spaces nor what a request line does not take'),
  headers: z
    .array(z.tuple([headerName, headerValue]))
    .max(limits.maxReplayHeaders)
    .refine(
      (headers) =>
        headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0) <=
        limits.maxReplayHeaderChars,
      `are longer than ${limits.maxReplayHeaderChars} characters`,
    )
    .default([]),
  /** At most `limits.maxReplayBodyBytes`. */
  body: z
    .strictObject({ encoding: z.enum(['utf8', 'base64']), data: z.string() })
    .refine(
      ({ encoding, data }) => encoding === 'utf8' || base64.test(data),
      'is not base64, with its padding',
    )
    .nullable()
    .default(null),
});

export type ReplayInput = z.output<typeof replaySchema>;

const quote = (text: string): string => JSON.stringify(text.slice(0, limits.maxOptionKeyChars));
