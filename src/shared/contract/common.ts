import { type } from '@orpc/contract';
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { parseBackend } from '../model/backend.ts';
import { parseFrontendName } from '../model/hostname.ts';

/** What a refused call carries; `code` is one of the catalogue's, `detail` names what was wrong. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The one error that every procedure declares. */
export const refusals = {
  REFUSED: { status: 422, data: type<Refusal>() },
} as const;

/** Name of a frontend: a host, `*.domain` or `*`; lower-cased, without trailing dot. */
export const nameSchema = z
  .string()
  .max(limits.maxHostBytes + 3)
  .transform((value, context) => {
    const parsed = parseFrontendName(value);
    if (parsed.ok) return parsed.name;
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  });

/** Name of a frontend as the store has it, which may be one that no host has, and none at all. */
export const storedNameSchema = z
  .string()
  .max(limits.maxHostBytes + 3, 'is longer than that of any host: remove its key with redis-cli');

/** A backend URL, as written. */
export const urlSchema = z
  .string()
  .max(limits.maxBackendUrlBytes)
  .superRefine((value, context) => {
    const parsed = parseBackend(value, 0);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: `${parsed.problem}: ${value}` });
  });

/** A plan that was shown, by its id. */
export const heldPlan = z.strictObject({
  plan: z.string().regex(/^[0-9a-f]{32}$/, 'is not the id of a plan'),
});
