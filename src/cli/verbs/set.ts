import { noBackend } from '../../core/hosts/noBackend.ts';
import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import {
  type HealthCheck,
  healthCheckSchema,
  type OptionsPatch,
  type Policy,
} from '../../shared/model/options.ts';
import type { GivenUrl, GivenWeight } from '../arguments/parsers.ts';
import type { Context } from '../context.ts';
import { optionWords } from '../render/hosts.ts';
import { sayFindings, sayShortUrls } from './saying.ts';

/** As commander names them. */
export interface SetOptions {
  readonly backend?: readonly GivenUrl[];
  readonly id?: string;
  readonly policy?: Policy;
  readonly weight?: readonly GivenWeight[];
  readonly redirectHttps?: 'on' | 'off';
  readonly hostHeader?: 'client' | 'backend';
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

export interface SetInput {
  readonly name: string;
  readonly options: SetOptions;
}

/** `berth set HOST [options]` */
export async function set({ name, options }: SetInput, context: Context): Promise<number> {
  const { client, output } = context;
  requireChange(options);
  sayShortUrls([...(options.backend ?? []), ...(options.weight ?? [])], output);
  const { hosts } = await client();
  // Weights and checks are changed in part: what is there is needed, and must not have changed meanwhile.
  const isPartial = options.weight !== undefined || hasCheckOption(options);
  const before = isPartial ? await hosts.get({ name }) : null;
  if (before !== null) requireBackends(options, before);
  const patch = patchFor(options, before);
  const host = await hosts.set({
    name,
    ...(options.backend === undefined ? {} : { backends: options.backend.map(({ url }) => url) }),
    ...(options.id === undefined ? {} : { identifier: options.id }),
    ...(Object.keys(patch).length === 0 ? {} : { options: patch }),
    ...(before === null ? {} : { expect: before.revision }),
  });
  if (output.json) {
    output.document({ host });
    return exitCodes.ok;
  }
  output.say(
    `${host.name} → ${[host.backends.join(', '), ...optionWords(host.options)].join('; ')}`,
  );
  sayFindings(host, output);
  return exitCodes.ok;
}

function requireChange(options: SetOptions): void {
  if (Object.keys(options).some((key) => !['json', 'quiet', 'verbose'].includes(key))) return;
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    'nothing to set; berth set --help lists what there is',
  );
}

/** A weight for what is not there would be kept and do nothing; one that is there already can be taken away. */
function requireBackends({ backend, weight = [] }: SetOptions, before: HostView): void {
  const listed = backend?.map(({ url }) => url) ?? before.backends;
  const missing = weight
    .map(({ url }) => url)
    .filter((url) => !listed.includes(url) && before.options.weights[url] === undefined);
  if (missing.length > 0) throw noBackend(before.name, missing, listed);
}

const hasCheckOption = (options: SetOptions): boolean =>
  Object.keys(options).some((key) => key.startsWith('check'));

function patchFor(options: SetOptions, before: HostView | null): OptionsPatch {
  const { policy, redirectHttps, hostHeader, weight } = options;
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(redirectHttps === undefined ? {} : { redirectToHttps: redirectHttps === 'on' }),
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(weight === undefined ? {} : { weights: withWeights(before, weight) }),
    ...(hasCheckOption(options) ? { check: checkFor(options, before?.options.check ?? null) } : {}),
  };
}

function withWeights(
  before: HostView | null,
  given: readonly GivenWeight[],
): Readonly<Record<string, number>> {
  const weights = { ...before?.options.weights };
  for (const { url, weight } of given) weights[url] = weight;
  return Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight !== 1));
}

/** The check that there is, or the usual one, with what was given in its place; null switches it off. */
function checkFor(options: SetOptions, before: HealthCheck | null): HealthCheck | null {
  const { check } = options;
  if (check === 'off') return null;
  const given = {
    ...(check === undefined
      ? {}
      : check === 'tcp'
        ? { type: check }
        : { type: 'http', path: check }),
    method: options.checkMethod,
    host: options.checkHost,
    expect: options.checkExpect,
    intervalMs: options.checkInterval,
    timeoutMs: options.checkTimeout,
    rise: options.checkRise,
    fall: options.checkFall,
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const parsed = healthCheckSchema.safeParse({ ...before, ...Object.fromEntries(set) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    `the check's ${issue?.path.join('.')} ${issue?.message}`,
  );
}
