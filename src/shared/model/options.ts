import { z } from 'zod';
import { limits } from '../limits.ts';
import { type Policy, policies, statusList } from './optionWords.ts';

export { type Policy, policies };

const milliseconds = (standard: number) =>
  z.number().int().min(limits.minCheckMs).max(limits.maxCheckMs).default(standard);

/** An active check of a frontend's backends. The defaults are those of hipache-hchecker. */
export const healthCheckSchema = z.strictObject({
  type: z.enum(['http', 'tcp']).default('http'),
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, 'is a method such as GET or HEAD')
    .default('HEAD'),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]{0,1023}$/, 'begins with / and has no space')
    .default('/'),
  /** Value of the Host field; null sends the name of the frontend (the backend's own for a wildcard). */
  host: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'is a host name')
    .nullable()
    .default(null),
  /** Statuses that count as up: `200`, `2xx`, `200-399`, joined by commas. */
  expect: z.string().regex(statusList, 'is like 200,204 or 2xx or 200-399').default('200-499'),
  intervalMs: milliseconds(3000),
  /** To connect, and again to answer. */
  timeoutMs: milliseconds(3000),
  /** Successes in a row that make a dead backend live. */
  rise: z.number().int().min(1).max(100).default(1),
  /** Failures in a row that make a live backend dead. */
  fall: z.number().int().min(1).max(100).default(2),
});

export type HealthCheck = z.infer<typeof healthCheckSchema>;

const url = z.string().max(limits.maxBackendUrlBytes);

/** A path on the machine that serves it; what it may lead to is that machine's to decide. */
const file = z
  .string()
  .regex(/^[^\x00-\x1f\x7f]+$/, 'is the path of a file')
  .max(limits.maxCertificatePathChars);

/** What a mapping says of its container while that has no backend to offer. */
const containerNoteSchema = z.strictObject({
  /** `web of shop`, or the name of a container. */
  what: z.string().max(limits.maxContainerNoteChars),
  /** `unreachable`: it runs, and this machine has no way to its port. */
  state: z.enum(['starting', 'stopped', 'unreachable']),
  /** Unix milliseconds: the end of a start that is waited for. */
  until: z.number().int().min(0),
  /** What its engine is spoken to with; left out for docker. */
  engine: z.enum(['docker', 'podman']).optional(),
});

export type ContainerNote = z.infer<typeof containerNoteSchema>;

const fields = {
  /** No request goes to a backend; each is answered that the host is paused. */
  paused: z.boolean(),
  policy: z.enum(policies),
  /** Share of the requests by backend URL; 1 where none is given. */
  weights: z.record(url, z.number().int().min(1).max(100)),
  /** URLs of backends that finish what they have and get nothing new. */
  drained: z.array(url).max(limits.maxBackendsPerFrontend),
  check: healthCheckSchema.nullable(),
  /** Answer plain HTTP with 308 to the same address over HTTPS. */
  redirectToHttps: z.boolean(),
  /** Files with key and certificate that HTTPS serves this frontend with, where it serves it; null for none of its own. */
  key: file.nullable(),
  cert: file.nullable(),
  /** What a backend gets as Host: the client's (Hipache), or its own address. */
  hostHeader: z.enum(['client', 'backend']),
  /** Kept by mappings, for the page that a client gets meanwhile. */
  container: containerNoteSchema.nullable(),
};

/**
 * What a frontend can have beside its list: the JSON under `berth:options:<name>`. A plain Hipache beside us does not
 * read it. What is left out has its default, so that `{}` is a frontend as Hipache knows it.
 */
export const frontendOptionsSchema = z.strictObject({
  paused: fields.paused.default(false),
  policy: fields.policy.default('random'),
  weights: fields.weights.default({}),
  drained: fields.drained.default([]),
  check: fields.check.default(null),
  redirectToHttps: fields.redirectToHttps.default(false),
  key: fields.key.default(null),
  cert: fields.cert.default(null),
  hostHeader: fields.hostHeader.default('client'),
  container: fields.container.default(null),
});

/** A change of options: what is left out stays, null goes back to the default. `container` is not a person's to set. */
export const optionsPatchSchema = z.strictObject({
  paused: fields.paused.nullable().optional(),
  policy: fields.policy.nullable().optional(),
  weights: fields.weights.nullable().optional(),
  drained: fields.drained.nullable().optional(),
  check: fields.check.optional(),
  redirectToHttps: fields.redirectToHttps.nullable().optional(),
  key: fields.key.optional(),
  cert: fields.cert.optional(),
  hostHeader: fields.hostHeader.nullable().optional(),
});

export type OptionsPatch = z.infer<typeof optionsPatchSchema>;

export type FrontendOptions = z.infer<typeof frontendOptionsSchema>;

export const defaultOptions: FrontendOptions = frontendOptionsSchema.parse({});

export type OptionsParse =
  | { readonly ok: true; readonly options: FrontendOptions }
  | { readonly ok: false; readonly problem: string };

/** Reads a value of `berth:options:<name>`. */
export function parseOptions(text: string): OptionsParse {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'its options are not JSON' };
  }
  const parsed = frontendOptionsSchema.safeParse(value);
  if (parsed.success) return { ok: true, options: parsed.data };
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` ${issue.path.join('.')}:`;
  return { ok: false, problem: `its options:${at} ${issue?.message ?? 'cannot be read'}` };
}

/** The value of `berth:options:<name>`: what differs from the defaults. Null when nothing does: then there is no key. */
export function formatOptions(options: FrontendOptions): string | null {
  const out = Object.entries(options).filter(
    ([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(defaultOptions[key as keyof FrontendOptions]),
  );
  return out.length === 0 ? null : JSON.stringify(Object.fromEntries(out));
}
