import { limits } from '../limits.ts';
import type { FrontendOptions, Policy } from './options.ts';

/** What of a frontend's options decides about its traffic; the rest is for the supervisor. */
export type TrafficOptions = Readonly<
  Pick<
    FrontendOptions,
    'paused' | 'policy' | 'weights' | 'drained' | 'redirectToHttps' | 'hostHeader' | 'container'
  > & {
    /** Whether a Berth checks its backends, when one does. */
    isChecked: boolean;
  }
>;

export const defaultTrafficOptions: TrafficOptions = {
  paused: false,
  policy: 'random',
  weights: {},
  drained: [],
  redirectToHttps: false,
  hostHeader: 'client',
  container: null,
  isChecked: false,
};

export type TrafficOptionsParse =
  | { readonly ok: true; readonly options: TrafficOptions }
  | { readonly ok: false; readonly problem: string };

type Check = (value: unknown) => boolean;
type Rule = readonly [holds: Check, otherwise: string];

const policies: Readonly<Record<Policy, true>> = {
  random: true,
  'round-robin': true,
  'least-connections': true,
  'client-hash': true,
  sticky: true,
};
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isUrl = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= limits.maxBackendUrlBytes;
const isWeight = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= limits.maxWeight;

function isNote(value: unknown): boolean {
  if (value === null) return true;
  if (!isRecord(value)) return false;
  const { what, state, until, engine, ...more } = value;
  return (
    Object.keys(more).length === 0 &&
    (engine === undefined || engine === 'docker' || engine === 'podman') &&
    typeof what === 'string' &&
    what.length <= limits.maxContainerNoteChars &&
    (state === 'starting' || state === 'stopped' || state === 'unreachable') &&
    Number.isSafeInteger(until) &&
    Number(until) >= 0
  );
}

const isFile = (value: unknown): boolean =>
  value === null ||
  (typeof value === 'string' &&
    value.length <= limits.maxCertificatePathChars &&
    /^[^\x00-\x1f\x7f]+$/.test(value));

const rules: Readonly<Record<keyof FrontendOptions, Rule>> = {
  paused: [(value) => typeof value === 'boolean', 'is neither true nor false'],
  policy: [
    (value) => typeof value === 'string' && Object.hasOwn(policies, value),
    `is not one of ${Object.keys(policies).join(', ')}`,
  ],
  weights: [
    (value) => isRecord(value) && Object.entries(value).every(([u, w]) => isUrl(u) && isWeight(w)),
    `does not give backend URLs whole numbers from 1 to ${limits.maxWeight}`,
  ],
  drained: [
    (value) =>
      Array.isArray(value) && value.length <= limits.maxBackendsPerFrontend && value.every(isUrl),
    'is not a list of backend URLs',
  ],
  // What stands in them is the supervisor's concern.
  key: [isFile, 'is not the path of a file'],
  cert: [isFile, 'is not the path of a file'],
  check: [(value) => value === null || isRecord(value), 'is not an object'],
  redirectToHttps: [(value) => typeof value === 'boolean', 'is neither true nor false'],
  hostHeader: [(value) => value === 'client' || value === 'backend', 'is not client or backend'],
  container: [isNote, 'is not what a mapping says of its container'],
};

/**
 * Reads a value of `berth:options:<name>` as far as traffic is concerned. It agrees with `parseOptions`, but leaves what
 * stands in `check` alone, and needs no zod: each worker would carry 10 MB of it.
 *
 * @param text null when there is no such key
 */
export function parseTrafficOptions(text: string | null): TrafficOptionsParse {
  if (text === null) return { ok: true, options: defaultTrafficOptions };
  if (text.length > limits.maxOptionsChars) {
    return refuse(`are longer than ${limits.maxOptionsChars} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('are not JSON');
  }
  if (!isRecord(value)) return refuse('are not a JSON object');
  for (const [key, part] of Object.entries(value)) {
    if (!isOption(key)) return refuse(`have a key that is not known: ${keyText(key)}`);
    const [holds, otherwise] = rules[key];
    if (!holds(part)) return refuse(`cannot be read: ${key} ${otherwise}`);
  }
  const { check, key: _key, cert: _cert, ...traffic } = value as Partial<FrontendOptions>;
  const isChecked = isRecord(check);
  return { ok: true, options: { ...defaultTrafficOptions, ...traffic, isChecked } };
}

const refuse = (problem: string): TrafficOptionsParse => ({
  ok: false,
  problem: `its options ${problem}`,
});

const isOption = (key: string): key is keyof FrontendOptions => Object.hasOwn(rules, key);

/** Short and on one line, whatever it holds. */
const keyText = (key: string): string => JSON.stringify(key.slice(0, limits.maxOptionKeyChars));
