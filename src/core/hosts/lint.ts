import type { HostView, LintFinding } from '../../shared/contract/hosts.ts';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import { limits } from '../../shared/limits.ts';
import { type Backend, parseBackend } from '../../shared/model/backend.ts';
import { lookupNames, parseFrontendName } from '../../shared/model/hostname.ts';
import type { FrontendEntry } from '../frontends/table.ts';

type Listener = Pick<ListenerStatus, 'address' | 'port' | 'secure'>;

const finding =
  (severity: LintFinding['severity'], rule: LintFinding['rule'], advice: string) =>
  (message: string): LintFinding => ({ rule, severity, message, advice });

const rules = {
  unreadable: finding(
    'error',
    'unreadable',
    'Remove the frontend and add it again: it must be a list, an identifier, then backend URLs.',
  ),
  unreadableOptions: finding(
    'error',
    'unreadable-options',
    'Give all options anew, or delete them; until then the defaults hold.',
  ),
  missingIdentifier: finding(
    'error',
    'missing-identifier',
    'Give it an identifier: the first element of the list is never a backend.',
  ),
  noContainer: finding(
    'warning',
    'no-backend',
    'Start the container, or end the mapping: "berth unmap HOST".',
  ),
  noWay: finding('warning', 'no-backend', 'See what would help: "berth containers".'),
  noBackend: finding('error', 'no-backend', 'Add a backend; until then every request is a 502.'),
  unusableBackend: finding(
    'error',
    'unusable-backend',
    'Write it as http://HOST:PORT or https://HOST:PORT; it gets no requests.',
  ),
  duplicateBackend: finding(
    'warning',
    'duplicate-backend',
    'Name it once; to give it more requests, use weights.',
  ),
  loop: finding(
    'error',
    'loop',
    'Point it at the server instead: requests would come back here, and end as 508.',
  ),
  shadowed: finding(
    'warning',
    'shadowed',
    'Remove it, and add the name that was meant: no request finds this one.',
  ),
  staleDeadMark: finding(
    'warning',
    'stale-dead-mark',
    'Let it expire, or revive the backend; a plain Hipache would skip what stands there now.',
  ),
  weightWithoutBackend: finding(
    'warning',
    'option-without-backend',
    'Remove the weight, or add the backend.',
  ),
  drainedWithoutBackend: finding(
    'warning',
    'option-without-backend',
    'Revive it, or add the backend.',
  ),
  redirectWithoutHttps: finding(
    'warning',
    'redirect-without-https',
    'Configure an HTTPS listener, or turn the redirect off.',
  ),
  allDrained: finding(
    'warning',
    'all-drained',
    'Revive one, or add another; until then every request is a 503.',
  ),
};

const loopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/;
const everywhere = /^(0\.0\.0\.0|::)$/;

/** Whether a backend is one of the ports of this instance. A name that resolves to it is not looked up. */
function isOwn(backend: Backend, listeners: readonly Listener[]): boolean {
  const host = backend.hostname.toLowerCase();
  return listeners.some(
    ({ address, port }) =>
      port === backend.port &&
      (address === host ||
        (loopback.test(host) && (everywhere.test(address) || loopback.test(address))) ||
        // A connection to no address in particular ends at this machine.
        (everywhere.test(host) && (everywhere.test(address) || loopback.test(address)))),
  );
}

/** Why no host ever finds this name; null when one does. */
export function shadowOf(name: string): string | null {
  const parsed = parseFrontendName(name);
  if (!parsed.ok) return `no host has this name: it ${parsed.problem}`;
  if (parsed.name !== name) return `hosts are compared as ${parsed.name}`;
  if (!name.startsWith('*.')) return null;
  const host = `x${name.slice(1)}`;
  return lookupNames(host).includes(name)
    ? null
    : `a wildcard is tried with at most ${limits.maxLookupLabels - 1} labels behind it`;
}

function* lintBackends(
  urls: readonly string[],
  listeners: readonly Listener[],
): Generator<LintFinding> {
  const seen = new Set<string>();
  for (const [index, url] of urls.entries()) {
    if (seen.has(url)) {
      yield rules.duplicateBackend(`backend #${index} is listed before: ${url}`);
      continue;
    }
    seen.add(url);
    const parsed = parseBackend(url, index);
    if (!parsed.ok) yield rules.unusableBackend(`backend #${index} ${parsed.problem}: ${url}`);
    else if (isOwn(parsed.backend, listeners)) {
      yield rules.loop(`backend #${index} is this instance itself: ${url}`);
    }
  }
}

function* lintOptions(
  { options }: FrontendEntry,
  urls: readonly string[],
  listeners: readonly Listener[],
): Generator<LintFinding> {
  const listed = new Set(urls);
  for (const url of Object.keys(options.weights)) {
    if (!listed.has(url))
      yield rules.weightWithoutBackend(`a weight names what is no backend: ${url}`);
  }
  for (const url of options.drained) {
    if (!listed.has(url))
      yield rules.drainedWithoutBackend(`what is drained is no backend: ${url}`);
  }
  const usable = urls.filter((url, index) => parseBackend(url, index).ok);
  const drained = new Set(options.drained);
  if (usable.length > 0 && usable.every((url) => drained.has(url))) {
    yield rules.allDrained(
      usable.length === 1 ? 'its only backend is drained' : 'all of its backends are drained',
    );
  }
  if (options.redirectToHttps && !listeners.some(({ secure }) => secure)) {
    yield rules.redirectWithoutHttps('it redirects to HTTPS, and nothing listens for that here');
  }
}

function* lintEntry(entry: FrontendEntry, listeners: readonly Listener[]): Generator<LintFinding> {
  const shadow = shadowOf(entry.name);
  if (shadow !== null) yield rules.shadowed(`it is never found: ${shadow}`);
  if (entry.optionsProblem !== null) yield rules.unreadableOptions(entry.optionsProblem);
  if (entry.list === null) {
    yield rules.unreadable(entry.problem ?? 'it cannot be read');
    return;
  }
  const [identifier = '', ...urls] = entry.list;
  if (/^https?:\/\//i.test(identifier)) {
    yield rules.missingIdentifier(`the identifier looks like a backend: ${identifier}`);
  }
  const { container } = entry.options;
  if (urls.length === 0 && container?.state === 'stopped') {
    yield rules.noContainer(`it has no backend: ${container.what} does not run`);
  } else if (urls.length === 0 && container?.state === 'unreachable') {
    yield rules.noWay(`it has no backend: there is no way to ${container.what}`);
  } else if (urls.length === 0 && container === null) yield rules.noBackend('it has no backend');
  yield* lintBackends(urls, listeners);
  yield* lintOptions(entry, urls, listeners);
  for (const [index, { url }] of entry.staleDead) {
    yield rules.staleDeadMark(
      url === null
        ? `index ${index} is marked dead, and no backend stands there`
        : `index ${index} is marked dead for ${url}, and that does not stand there`,
    );
  }
}

/** What is allowed in a frontend and probably not meant, errors first; what is over the limit is counted in the last. */
export function lint(entry: FrontendEntry, listeners: readonly Listener[]): HostView['findings'] {
  const kept: LintFinding[] = [];
  let more = 0;
  for (const found of lintEntry(entry, listeners)) {
    const alike = kept.filter(({ rule }) => rule === found.rule).length;
    if (alike < limits.maxFrontendProblems) kept.push(found);
    else more++;
  }
  const last = kept.at(-1);
  if (more > 0 && last !== undefined) {
    kept[kept.length - 1] = { ...last, message: `${last.message} (and ${more} findings more)` };
  }
  return kept.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
