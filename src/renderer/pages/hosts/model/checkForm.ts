import { type HealthCheck, healthCheckSchema } from '../../../../shared/model/options.ts';

/** The fields of a health check as they are written; times in seconds. */
export interface CheckForm {
  readonly type: HealthCheck['type'];
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly expect: string;
  readonly interval: string;
  readonly timeout: string;
  readonly rise: string;
  readonly fall: string;
}

export const defaultCheck: HealthCheck = healthCheckSchema.parse({});

export const formOf = (check: HealthCheck): CheckForm => ({
  type: check.type,
  method: check.method,
  path: check.path,
  host: check.host ?? '',
  expect: check.expect,
  interval: String(check.intervalMs / 1000),
  timeout: String(check.timeoutMs / 1000),
  rise: String(check.rise),
  fall: String(check.fall),
});

export type CheckRead =
  | { readonly ok: true; readonly check: HealthCheck }
  /** By field: what is wrong with it. */
  | { readonly ok: false; readonly problems: Readonly<Partial<Record<keyof CheckForm, string>>> };

/** The field that shows a value of the check. */
const fieldOf: Readonly<Record<string, keyof CheckForm>> = {
  intervalMs: 'interval',
  timeoutMs: 'timeout',
};

export function readForm(form: CheckForm): CheckRead {
  const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
  const parsed = healthCheckSchema.safeParse({
    type: form.type,
    method: form.method.trim().toUpperCase(),
    path: form.path.trim(),
    host: form.host.trim() === '' ? null : form.host.trim(),
    expect: form.expect.replaceAll(' ', ''),
    intervalMs: Math.round(number(form.interval) * 1000),
    timeoutMs: Math.round(number(form.timeout) * 1000),
    rise: number(form.rise),
    fall: number(form.fall),
  });
  if (parsed.success) return { ok: true, check: parsed.data };
  const problems: Partial<Record<keyof CheckForm, string>> = {};
  for (const { path, message } of parsed.error.issues) {
    const key = String(path[0]);
    const field = fieldOf[key] ?? (key as keyof CheckForm);
    problems[field] ??= rangeOf[field] ?? message;
  }
  return { ok: false, problems };
}

/** Said instead of what the schema says in milliseconds. */
const rangeOf: Readonly<Partial<Record<keyof CheckForm, string>>> = {
  interval: 'from 0.1 to 3600 seconds',
  timeout: 'from 0.1 to 3600 seconds',
  rise: 'a whole number from 1 to 100',
  fall: 'a whole number from 1 to 100',
};
