import { noBackend } from '../../core/hosts/noBackend.ts';
import type { HostView } from '../../shared/contract/hosts.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { defaultOptions, type OptionsPatch, type Policy } from '../../shared/model/options.ts';
import type { GivenUrl, GivenWeight } from '../arguments/parsers.ts';
import type { Context } from '../context.ts';
import { optionWords } from '../render/hosts.ts';
import { type CheckOptions, checkFor } from './checkFor.ts';
import { sayFindings, sayShortUrls } from './saying.ts';

/** As commander names them. */
export interface SetOptions extends CheckOptions {
  readonly backend?: readonly GivenUrl[];
  readonly id?: string;
  readonly pause?: true;
  readonly resume?: true;
  readonly policy?: Policy;
  readonly weight?: readonly GivenWeight[];
  readonly redirectHttps?: 'on' | 'off';
  readonly hostHeader?: 'client' | 'backend';
  /** Absolute paths, or `off`. */
  readonly cert?: string;
  readonly key?: string;
  /** Begin with the defaults. */
  readonly reset?: true;
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
  const patch = patchFor(name, options, options.reset === true ? withDefaults(before) : before);
  const host = await hosts.set({
    name,
    ...(options.backend === undefined ? {} : { backends: options.backend.map(({ url }) => url) }),
    ...(options.id === undefined ? {} : { identifier: options.id }),
    ...(Object.keys(patch).length === 0 ? {} : { options: patch }),
    ...(options.reset === undefined ? {} : { reset: true }),
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

const withDefaults = (before: HostView | null): HostView | null =>
  before === null ? null : { ...before, options: defaultOptions };

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

function patchFor(name: string, options: SetOptions, before: HostView | null): OptionsPatch {
  const { pause, resume, policy, redirectHttps, hostHeader, weight, cert } = options;
  // Without a certificate there is nothing for a key to belong to.
  const key = cert === 'off' ? 'off' : options.key;
  return {
    ...(pause === undefined && resume === undefined ? {} : { paused: pause === true }),
    ...(policy === undefined ? {} : { policy }),
    ...(redirectHttps === undefined ? {} : { redirectToHttps: redirectHttps === 'on' }),
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(cert === undefined ? {} : { cert: fileOf(cert) }),
    ...(key === undefined ? {} : { key: fileOf(key) }),
    ...(weight === undefined ? {} : { weights: withWeights(before, weight) }),
    ...(hasCheckOption(options)
      ? { check: checkFor(name, options, before?.options.check ?? null) }
      : {}),
  };
}

const fileOf = (word: string): string | null => (word === 'off' ? null : word);

function withWeights(
  before: HostView | null,
  given: readonly GivenWeight[],
): Readonly<Record<string, number>> {
  const weights = { ...before?.options.weights };
  for (const { url, weight } of given) weights[url] = weight;
  return Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight !== 1));
}
