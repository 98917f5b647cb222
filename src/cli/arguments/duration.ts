const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30s`, `1.5s`, `5m` or `1h`; null for anything else. */
export function readDuration(text: string): number | null {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = units[unit];
  if (factor === undefined) return null;
  const ms = Math.round(Number(number) * factor);
  return Number.isSafeInteger(ms) ? ms : null;
}
