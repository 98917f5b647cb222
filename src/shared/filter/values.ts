import type { Moment, NumberKey, Range } from './ast.ts';

/** Largest value of each key: what is above it cannot be written in digits alone. */
const largest: Readonly<Record<NumberKey, number>> = {
  status: 999,
  dur: 1e12,
  size: 1e15,
  tries: 1e6,
};

const units: Readonly<Record<NumberKey, Readonly<Record<string, number>>>> = {
  status: {},
  dur: { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  size: { b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3 },
  tries: {},
};

/** What each key's values look like, for messages. */
export const numberExamples: Readonly<Record<NumberKey, string>> = {
  status: '404, 5xx or 200-299',
  dur: '500, 1.5s or 100-200',
  size: '2000, 10k or 1k-1m',
  tries: '1 or 2-4',
};

/** A number in the key's unit (ms, bytes); null when it is none. */
export function readNumber(key: NumberKey, text: string): number | null {
  const parts = /^(\d{1,16}(?:\.\d{1,3})?)([a-z]{0,2})$/i.exec(text);
  if (parts === null) return null;
  const unit = parts[2] ?? '';
  const factor = unit === '' ? 1 : units[key][unit.toLowerCase()];
  if (factor === undefined) return null;
  const exact = Number(parts[1]) * factor;
  const value = key === 'dur' ? Math.round(exact * 1000) / 1000 : Math.round(exact);
  if ((key === 'status' || key === 'tries') && value !== exact) return null;
  return value <= largest[key] ? value : null;
}

/** `404`, `5xx`, `200-299`; null when it is none of these. */
export function readRange(key: NumberKey, text: string): Range | null {
  const hundreds = key === 'status' ? /^([1-9])xx$/i.exec(text) : null;
  if (hundreds !== null) {
    const from = Number(hundreds[1]) * 100;
    return { from, to: from + 99 };
  }
  const dash = text.indexOf('-');
  const from = readNumber(key, dash === -1 ? text : text.slice(0, dash));
  const to = dash === -1 ? from : readNumber(key, text.slice(dash + 1));
  return from === null || to === null || to < from ? null : { from, to };
}

export function formatRange(key: NumberKey, { from, to }: Range): string {
  if (key === 'status' && from >= 100 && from % 100 === 0 && to === from + 99) {
    return `${from / 100}xx`;
  }
  return from === to ? String(from) : `${from}-${to}`;
}

export const momentExamples = '10:30, 5m (ago), 2026-11-22 or 2026-11-22T10:30:00Z';

const spans = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time of the filter; null when it is none. */
export function readMoment(text: string): Moment | null {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago !== null) {
    const unit = spans.find(([name]) => name === ago[2]);
    return { kind: 'ago', ms: Number(ago[1]) * (unit?.[1] ?? 0) };
  }
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z)?$/.exec(text);
  if (clock !== null) {
    const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
    return { kind: 'clock', seconds, utc: clock[4] !== undefined };
  }
  const date = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (date === null || !isDay(date[1] ?? '')) return null;
  // A date alone would be taken as UTC.
  const at = Date.parse(date[2] === undefined ? `${text}T00:00` : text);
  return at >= 0 && at <= lastInstant ? { kind: 'instant', at } : null;
}

/** Whether a date is in the calendar: `Date` takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

export function formatMoment(moment: Moment): string {
  switch (moment.kind) {
    case 'instant':
      return new Date(moment.at).toISOString();
    case 'clock': {
      const { seconds, utc } = moment;
      const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      return parts.map((part) => String(part).padStart(2, '0')).join(':') + (utc ? 'Z' : '');
    }
    case 'ago': {
      const unit = spans.find(([, ms]) => moment.ms % ms === 0) ?? spans[3];
      return `${moment.ms / unit[1]}${unit[0]}`;
    }
  }
}

/** The moment in Unix milliseconds, seen from `now`. */
export function resolveMoment(moment: Moment, now: number): number {
  switch (moment.kind) {
    case 'instant':
      return moment.at;
    case 'ago':
      return now - moment.ms;
    case 'clock': {
      const day = new Date(now);
      if (moment.utc) day.setUTCHours(0, 0, moment.seconds, 0);
      else day.setHours(0, 0, moment.seconds, 0);
      return day.getTime();
    }
  }
}

/** `true`, `false`, `yes`, `no`; null when it is none of these. */
export function readFlag(text: string): boolean | null {
  if (text === 'true' || text === 'yes') return true;
  return text === 'false' || text === 'no' ? false : null;
}
