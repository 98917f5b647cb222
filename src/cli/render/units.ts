/** Numbers as a person reads them. */

/** `0.4 ms`, `12 ms`, `1.2 s`, `48 s`, `5 min`, `3 h`, `2 d` for milliseconds. */
export function duration(ms: number): string {
  if (!(ms > 0)) return '0 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(ms / 3_600_000);
  return hours < 48 ? `${hours} h` : `${Math.round(ms / 86_400_000)} d`;
}

/** As on the command line: `500ms`, `30s`, `5m`, `1h`; exact. */
export function durationWord(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** `512 B`, `3.4 kB`, `12 MB`. */
export function bytes(count: number): string {
  if (!(count > 0)) return '0 B';
  if (count < 1000) return `${Math.round(count)} B`;
  let value = count;
  for (const unit of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    if (value < 9.95) return `${value.toFixed(1)} ${unit}`;
    if (value < 999.5) return `${Math.round(value)} ${unit}`;
  }
  return `${Math.round(value)} TB`;
}

/** `just now`, `18 s ago`, `5 min ago`. Both in Unix milliseconds. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  return ms < 1000 ? 'just now' : `${wholeDuration(ms)} ago`;
}

/** As `duration`, in whole seconds: for what is counted while somebody looks. */
export function wholeDuration(ms: number): string {
  return ms < 59_500 ? `${Math.max(0, Math.round(ms / 1000))} s` : duration(ms);
}

/** Local time of day, `10:42:07`. */
export function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `today`'s are told by the time alone, others with their date: `2026-03-01 10:42:07`. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return new Date(now).toDateString() === date.toDateString() ? clock(at) : `${day} ${clock(at)}`;
}

/** `0 %`, `0.4 %`, `12 %` for a share of 0 to 1. */
export function percent(share: number): string {
  const value = share * 100;
  if (!(value > 0)) return '0 %';
  return value < 9.95 ? `${value < 0.1 ? '<0.1' : value.toFixed(1)} %` : `${Math.round(value)} %`;
}

/** `0`, `0.3`, `12`, `1,234`. */
export function rate(perSecond: number): string {
  if (!(perSecond > 0)) return '0';
  return perSecond < 9.95 ? perSecond.toFixed(1) : grouped(Math.round(perSecond));
}

export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 host`, `2 hosts`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : plural}`;

const twoDigits = (value: number): string => String(value).padStart(2, '0');
