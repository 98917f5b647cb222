import type { Config } from './config.ts';
import { hidden } from './describe.ts';

const secretKeys: ReadonlySet<string> = new Set(['password', 'sentinelPassword', 'passphrase']);

/** A copy of the effective configuration that may be shown: every secret is replaced. */
export function redactConfig(config: Config): unknown {
  return redact(config);
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretKeys.has(name) ? hidden : redact(inner),
    ]),
  );
}
