const grouped = new Intl.NumberFormat('en-GB');

/** `1,204`. */
export const count = (value: number): string => grouped.format(Math.round(value));

/** `14 ms`, `1.2 s`, `2 min`. */
export function duration(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(ms < 0.95 ? 1 : 0)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 84_600_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** `0.4 kB`, `3.1 MB`: decimal, as browsers show it. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)} ${units[unit] ?? ''}`;
}

/** `now`, `9 s ago`, `never`; Unix milliseconds. */
export function ago(at: number | null, now: number): string {
  if (at === null) return 'never';
  const ms = now - at;
  return ms < 2000 ? 'now' : `${duration(ms)} ago`;
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** `12:04:31.482`, in the person's time zone. */
export const timeOfDay = (at: number): string => clock.format(at);

const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** For a title: `22 Nov 2026, 12:04:31`. */
export const exactTime = (at: number): string => full.format(at);

/** `4 %`, of a share from 0 to 1. */
export const percent = (share: number): string =>
  `${share > 0 && share < 0.01 ? '<1' : Math.round(share * 100)} %`;
