import type { Replayed, ReplayedBody } from '../../../../shared/contract/traffic.ts';
import { bytes, count } from '../../../ui/format.ts';
import { prettyJson } from './prettyJson.ts';

/** How the body of an answer is shown. */
export type ShownBody =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'text';
      readonly text: string /** With its lines made, where it is JSON. */;
      readonly pretty: string | null;
    }
  | { readonly kind: 'image'; readonly source: string; readonly type: string }
  | { readonly kind: 'binary'; readonly hex: string };

/** Bytes of which the hexadecimal digits are shown. */
const hexBytes = 2048;

/** Images that an `img` shows; none of them runs anything there. */
const imageTypes = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)$/;

export function shownBody({ body, headers }: Pick<Replayed, 'body' | 'headers'>): ShownBody {
  if (body === null || body.bytes === 0) return { kind: 'empty' };
  const type = headerOf(headers, 'content-type').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (imageTypes.test(type) && body.cut === null) {
    const data = body.encoding === 'base64' ? body.data : base64Of(body.data);
    return { kind: 'image', source: `data:${type};base64,${data}`, type };
  }
  if (body.encoding === 'base64') return { kind: 'binary', hex: hexOf(body.data) };
  const isJson = /[/+]json$/.test(type) || /^\s*[[{]/.test(body.data);
  return { kind: 'text', text: body.data, pretty: isJson ? prettyJson(body.data) : null };
}

/** What is not all there, and why; null where it is. */
export function cutWords({ bytes: kept, total, cut }: ReplayedBody): string | null {
  const of = total === null ? '' : ` of ${bytes(total)}`;
  switch (cut) {
    case null:
      return null;
    case 'size':
      return `Truncated at ${bytes(kept)}${of === '' ? '; more came' : of}`;
    case 'time':
      return `The answer did not end in time: these are its first ${bytes(kept)}${of}`;
    case 'broken':
      return `The connection broke after ${bytes(kept)}${of}`;
  }
}

/** As `3.1 kB`, with the coding that the bytes are in. */
export function sizeWords({ body, headers }: Pick<Replayed, 'body' | 'headers'>): string {
  if (body === null) return '';
  const coding = headerOf(headers, 'content-encoding');
  const size = body.bytes < 1000 ? `${count(body.bytes)} B` : bytes(body.bytes);
  return coding === '' || coding === 'identity' ? size : `${size}, ${coding}`;
}

export const headerOf = (headers: Replayed['headers'], name: string): string =>
  headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? '';

/** Sixteen bytes a line: where, their digits, and what of them is text. */
export function hexOf(base64: string): string {
  // Four characters are three bytes.
  const binary = atob(base64.slice(0, Math.ceil(hexBytes / 3) * 4));
  const lines: string[] = [];
  for (let at = 0; at < Math.min(binary.length, hexBytes); at += 16) {
    const part = binary.slice(at, at + 16);
    const digits = [...part].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
    const text = part.replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${digits.join(' ').padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

function base64Of(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
