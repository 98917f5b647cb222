import { completionsAt, filterKeys } from '../../../../shared/filter/index.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { seenValues } from './seenValues.ts';

/** Something that could be written next. */
export interface Offer {
  /** What it puts into the line. */
  readonly text: string;
  readonly about: string;
  /** The term is whole with it. */
  readonly isWhole: boolean;
  /** What it replaces: from and to, counted from 0. */
  readonly from: number;
  readonly to: number;
}

/** Values of one key, and hosts for a bare word. */
const mostValues = 10;
const mostHosts = 3;

/** @param records those in which values are looked for */
export function offersFor(
  draft: string,
  caret: number,
  records: readonly RequestRecord[],
): readonly Offer[] {
  const found = completionsAt(draft, caret + 1);
  const from = found.column - 1;
  const to = from + found.length;
  const typed = draft.slice(from, to);
  if (found.kind === 'key') {
    const keys = found.options.map((text) => ({ text, about: aboutKey(text), isWhole: false }));
    const hosts =
      typed.length < 2
        ? []
        : seenValues('host', typed, records, mostHosts).map((host) => ({
            text: `host:${host}`,
            about: 'a host that was seen',
            isWhole: true,
          }));
    return [...keys, ...hosts].map((offer) => ({ ...offer, from, to }));
  }
  if (found.kind !== 'value') return [];
  const seen = seenValues(found.key, typed, records, mostValues);
  const known = found.options.filter((value) => !seen.includes(value));
  return [
    ...seen.map((value) => ({ text: asValue(value), about: 'seen' })),
    ...known.map((value) => ({ text: value, about: '' })),
  ].map((offer) => ({ ...offer, isWhole: true, from, to }));
}

/** The draft with an offer in it, and where the caret stands then. */
export function withOffer(draft: string, { text, from, to }: Offer): readonly [string, number] {
  return [draft.slice(0, from) + text + draft.slice(to), from + text.length];
}

function aboutKey(text: string): string {
  const key = text.slice(0, -1);
  return Object.entries(filterKeys).find(([name]) => name === key)?.[1].about ?? '';
}

const asValue = (value: string): string =>
  /^[^\s",*][^\s,*]*$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
