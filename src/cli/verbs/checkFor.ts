import { BerthError } from '../../shared/errors.ts';
import { type HealthCheck, healthCheckSchema } from '../../shared/model/options.ts';

/** What a command line says of a health check, as commander names it. */
export interface CheckOptions {
  /** A path, `tcp` or `off`. */
  readonly check?: string;
  readonly checkMethod?: string;
  readonly checkHost?: string;
  readonly checkExpect?: string;
  readonly checkInterval?: number;
  readonly checkTimeout?: number;
  readonly checkRise?: number;
  readonly checkFall?: number;
}

/**
 * The check that there is, or the usual one, with what was given in its place; null switches it off.
 *
 * @throws BerthError BERTH_INPUT_INVALID for what would do nothing
 */
export function checkFor(
  name: string,
  options: CheckOptions,
  before: HealthCheck | null,
): HealthCheck | null {
  const { check } = options;
  if (check === 'off') {
    const [other] = given(options, ['check']);
    if (other !== undefined) throw invalid(`--check off and ${other} do not go together`);
    return null;
  }
  const type = check === undefined ? before?.type : check === 'tcp' ? 'tcp' : 'http';
  if (type === undefined) {
    const [first = '--check'] = given(options, []);
    throw invalid(
      `${name} has no health check that ${first} could change: name one, with --check /health or --check tcp`,
    );
  }
  const [useless] = type === 'tcp' ? given(options, ofAnyCheck) : [];
  if (useless !== undefined) {
    throw invalid(`${useless} is for a check by HTTP, and --check tcp only connects`);
  }
  const parts = {
    type,
    path: type === 'http' ? check : undefined,
    method: options.checkMethod,
    host: options.checkHost,
    expect: options.checkExpect,
    intervalMs: options.checkInterval,
    timeoutMs: options.checkTimeout,
    rise: options.checkRise,
    fall: options.checkFall,
  };
  const set = Object.entries(parts).filter(([, value]) => value !== undefined);
  const parsed = healthCheckSchema.safeParse({ ...before, ...Object.fromEntries(set) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`the check's ${issue?.path.join('.')} ${issue?.message}`);
}

const flags: Readonly<Record<keyof CheckOptions, string>> = {
  check: '--check',
  checkMethod: '--check-method',
  checkHost: '--check-host',
  checkExpect: '--check-expect',
  checkInterval: '--check-interval',
  checkTimeout: '--check-timeout',
  checkRise: '--check-rise',
  checkFall: '--check-fall',
};
const ofAnyCheck: readonly string[] = [
  'check',
  'checkInterval',
  'checkTimeout',
  'checkRise',
  'checkFall',
];

/** Options of checks that were given, as they are written, but for these. */
const given = (options: CheckOptions, without: readonly string[]): readonly string[] =>
  Object.entries(flags)
    .filter(([key]) => key in options && !without.includes(key))
    .map(([, flag]) => flag);

const invalid = (detail: string): BerthError => new BerthError('BERTH_INPUT_INVALID', detail);
