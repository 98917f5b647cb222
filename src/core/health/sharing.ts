import { z } from 'zod';
import { limits } from '../../shared/limits.ts';
import type { CheckState } from './checkState.ts';

/** What the instance that checks has found at the backends of one frontend, by URL. */
export type SharedFindings = ReadonlyMap<string, CheckState>;

const findingsSchema = z.object({
  v: z.literal(1),
  backends: z.record(
    z.string(),
    z.object({
      verdict: z.enum(['up', 'down', 'unknown']),
      streak: z.number(),
      last: z
        .object({
          at: z.number(),
          ok: z.boolean(),
          ms: z.number(),
          outcome: z.string().max(limits.maxHealthReasonChars * 10),
        })
        .nullable(),
    }),
  ),
});

/** The value of `berth:health:<name>`. */
export const formatFindings = (findings: SharedFindings): string =>
  JSON.stringify({ v: 1, backends: Object.fromEntries(findings) });

/** Reads a value of `berth:health:<name>`; null when it is none, or of another version. */
export function parseFindings(text: string): SharedFindings | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = findingsSchema.safeParse(value);
  return parsed.success ? new Map(Object.entries(parsed.data.backends)) : null;
}
