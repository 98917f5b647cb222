import { isLoopback } from '../../../shared/config/address.ts';
import type { HostView, LintFinding } from '../../../shared/contract/hosts.ts';
import type { ListenerStatus, TriedHost } from '../../../shared/contract/instance.ts';
import { limits } from '../../../shared/limits.ts';
import { type Backend, parseBackend } from '../../../shared/model/backend.ts';
import { describeTarget } from '../../../shared/model/mapping.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import { listenerFor } from '../../instance/throughProxy.ts';
import {
  advise,
  type Check,
  type Finding,
  offer,
  ok,
  problem,
  skipped,
  warning,
} from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { pooled } from '../once.ts';
import { counted, named, whyUnmade } from '../words.ts';

type Rule = LintFinding['rule'];

/** Findings about a list or options that cannot be right, whatever else there is. */
const entryRules: ReadonlySet<Rule> = new Set<Rule>([
  'unreadable',
  'unreadable-options',
  'missing-identifier',
  'unusable-backend',
  'no-backend',
  'option-without-backend',
  'redirect-without-https',
  'all-drained',
]);

export const hostChecks: readonly Check[] = [
  {
    id: 'hosts.answer',
    group: 'hosts',
    title: 'Every host answers through the proxy',
    needs: ['instance'],
    timeLimitMs: limits.doctorBrowserMs,
    run: checkAnswers,
  },
  {
    id: 'hosts.entries',
    group: 'hosts',
    title: 'Every host is stored as it should be',
    needs: ['instance'],
    run: async (context) => {
      const found = findings(await context.hosts(), (rule) => entryRules.has(rule));
      if (found.length === 0) return ok(counted((await context.hosts()).length, 'host'));
      return lintFinding(found);
    },
  },
  {
    id: 'hosts.conflicts',
    group: 'hosts',
    title: 'No two sources want the same host',
    needs: ['instance'],
    run: checkConflicts,
  },
  {
    id: 'hosts.loops',
    group: 'hosts',
    title: 'No backend leads back to Berth',
    needs: ['instance'],
    run: checkLoops,
  },
  {
    id: 'hosts.dead-marks',
    group: 'hosts',
    title: 'Dead marks are about backends that are there',
    needs: ['instance'],
    run: checkDeadMarks,
  },
];

interface Found {
  readonly host: string;
  readonly finding: LintFinding;
}

const findings = (hosts: readonly HostView[], wanted: (rule: Rule) => boolean): readonly Found[] =>
  hosts.flatMap(({ name, findings: all }) =>
    all.filter(({ rule }) => wanted(rule)).map((finding) => ({ host: name, finding })),
  );

function lintFinding(found: readonly Found[]): Finding {
  const worst = found.find(({ finding }) => finding.severity === 'error') ?? found[0];
  if (worst === undefined) return ok('nothing to look at');
  const say = worst.finding.severity === 'error' ? problem : warning;
  const more = found.length - 1;
  return say(`${worst.host}: ${worst.finding.message}${more > 0 ? `, and ${more} more` : ''}`, {
    details: found.map(({ host, finding }) => `${host}: ${finding.message}`),
    fix: advise(worst.finding.advice, `berth lint ${shellWord(worst.host)}`),
  });
}

async function checkAnswers(context: DoctorContext, signal: AbortSignal): Promise<Finding> {
  const { instance } = context;
  const all = await context.hosts();
  const active = all.filter(({ options }) => !options.paused);
  if (instance === null || active.length === 0) {
    return skipped(
      all.length === 0 ? 'not tried: there is no host yet' : 'not tried: every host is paused',
    );
  }
  const { listeners } = await context.status();
  const listener = listenerFor(listeners);
  const isMade = listener?.secure === true && listener.hasCertificate !== true;
  const unmade = isMade ? await context.unmade() : null;
  if (unmade !== null) {
    return skipped(`not tried: hosts are served by HTTPS alone, and ${whyUnmade(unmade)}`);
  }
  // Backends that are silent take long: what was found until then is told.
  const until = performance.now() + limits.doctorBrowserMs - 2 * limits.waitRequestMs;
  const tried = await pooled(
    active.slice(0, limits.maxDoctorHosts),
    limits.doctorHostsAtOnce,
    async ({ name, backends }) =>
      signal.aborted || performance.now() > until
        ? null
        : { name, backends, answer: leadingBack(await instance.try(name)) },
  );
  const answers = tried.filter((one) => one !== null);
  const failed = answers.filter(({ answer }) => !answer.ok);
  const [first] = failed;
  if (first !== undefined) {
    return problem(
      failed.length === 1
        ? `${first.name} has no answer: ${first.answer.reason}`
        : `${failed.length} of ${answers.length} hosts have no answer: ${named(failed.map(({ name }) => name))}`,
      {
        details: failed.map(({ name, answer }) => `${name}: ${answer.reason}`),
        fix: failed.every(({ answer }) => answer.status === loopStatus)
          ? pointElsewhere(first.name)
          : advise(
              `Start what should answer for ${named(failed.map(({ name }) => name))}: ${named(first.backends)}.`,
              `berth health check ${shellWord(first.name)}`,
            ),
      },
    );
  }
  const refused = answers.flatMap(({ name, answer: { status, refused: by } }) =>
    by === undefined
      ? []
      : [{ name, fix: by.fix, says: `${by.server} refuses the host (${status})` }],
  );
  const [shut] = refused;
  if (shut !== undefined) {
    const more = refused.length > 1 ? `, and ${refused.length - 1} more` : '';
    return warning(`${shut.name}: ${shut.says}${more}`, {
      details: refused.map(({ name, says, fix }) => `${name}: ${says}. ${fix}`),
      fix: advise(shut.fix),
    });
  }
  const paused = all.length - active.length;
  if (answers.length < Math.min(active.length, limits.maxDoctorHosts)) {
    return skipped(
      `not tried in full: ${answers.length} of ${counted(active.length, 'host')} answered, and there was no time for the others`,
    );
  }
  const of = active.length > answers.length ? ` of ${active.length}` : '';
  return ok(
    `${counted(answers.length, 'host')}${of} answered a real request${paused > 0 ? `; ${paused} paused` : ''}`,
    { details: answers.map(({ name, answer }) => `${name}: ${answer.status} in ${answer.ms} ms`) },
  );
}

const loopStatus = 508;

const pointElsewhere = (host: string) =>
  advise(
    'Point it at the server itself: its own port, not that of Berth.',
    `berth set ${shellWord(host)} --backend http://127.0.0.1:PORT`,
  );

/** A loop is answered by Berth itself, in the place of a backend. */
const leadingBack = (answer: TriedHost): TriedHost =>
  answer.ok && answer.status === loopStatus
    ? { ...answer, ok: false, reason: 'it is answered 508: the request came back to Berth' }
    : answer;

async function checkConflicts(context: DoctorContext): Promise<Finding> {
  const hosts = await context.hosts();
  const { mappings, containers } = await context.containers();
  const lines: string[] = [];
  /** What a person does about the first of them. */
  let fix = advise('Keep one of them.');
  const add = (line: string, how: ReturnType<typeof advise>): void => {
    if (lines.length === 0) fix = how;
    lines.push(line);
  };
  const askers = new Map<string, Set<string>>();
  for (const { name, project, service, wants, state } of containers) {
    if (state !== 'running') continue;
    const who = project === null || service === null ? name : `${service} of ${project}`;
    for (const want of wants) {
      const known = askers.get(want.name) ?? new Set();
      askers.set(want.name, known.add(who));
    }
  }
  for (const [host, who] of askers) {
    if (who.size < 2) continue;
    add(
      `${host} is asked for by ${named([...who])}: only the first one has it`,
      advise(`Take ${host} out of the labels of all but one.`, 'berth containers'),
    );
  }
  for (const host of hosts) {
    const own = mappings.filter(({ name }) => name === host.name);
    const kept = new Set(own.flatMap(({ backends }) => backends));
    const foreign = host.backends.filter((url) => !kept.has(url));
    const [first] = own;
    if (first !== undefined && foreign.length > 0) {
      add(
        `${host.name}: ${named(foreign)} ${foreign.length === 1 ? 'stands' : 'stand'} beside the mapping to ${describeTarget(first.target)}, and gets a share of its requests`,
        advise(
          'Remove what was written by hand, or end the mapping.',
          `berth rm ${shellWord(host.name)} ${foreign[0] ?? ''}`,
        ),
      );
    }
    for (const [a, b] of sameServers(host.backends)) {
      add(
        `${host.name}: ${a} and ${b} are the same server, which gets the requests of both`,
        advise(
          'Name it once; for a larger share give it a weight.',
          `berth rm ${shellWord(host.name)} ${b}`,
        ),
      );
    }
  }
  for (const { host, finding } of findings(hosts, (rule) => rule === 'shadowed')) {
    add(`${host}: ${finding.message}`, advise(finding.advice, `berth lint ${shellWord(host)}`));
  }
  if (lines.length === 0) return ok(`${counted(hosts.length, 'host')}, one source each`);
  const more = lines.length > 1 ? `, and ${lines.length - 1} more` : '';
  return warning(`${lines[0]}${more}`, { details: lines, fix });
}

/** Pairs of backends that end at the same port of this machine, or are written twice. */
function sameServers(urls: readonly string[]): readonly (readonly [string, string])[] {
  const seen = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const [index, url] of urls.entries()) {
    const parsed = parseBackend(url, index);
    if (!parsed.ok) continue;
    const { secure, hostname, port } = parsed.backend;
    const place = `${secure} ${isHere(hostname) ? 'here' : hostname.toLowerCase()} ${port}`;
    const before = seen.get(place);
    if (before === undefined) seen.set(place, url);
    else pairs.push([before, url]);
  }
  return pairs;
}

const isHere = (hostname: string): boolean => {
  const name = hostname.toLowerCase();
  return name === 'localhost' || name === '127.0.0.1' || name === '::1';
};

async function checkLoops(context: DoctorContext): Promise<Finding> {
  const hosts = await context.hosts();
  const { listeners } = await context.status();
  const known = findings(hosts, (rule) => rule === 'loop');
  const loops = known.map(({ host, finding }) => ({ host, what: finding.message }));
  // A name of ours as a backend: only a look-up tells.
  const candidates = hosts.flatMap(({ name, backends }) =>
    backends.flatMap((url, index) => {
      const parsed = parseBackend(url, index);
      return parsed.ok && isNameAtOurPort(parsed.backend, listeners)
        ? [{ host: name, backend: parsed.backend }]
        : [];
    }),
  );
  const looked = await pooled(
    candidates.slice(0, limits.maxDoctorHosts),
    limits.doctorHostsAtOnce,
    async ({ host, backend }) => {
      const { v4, v6 } = await context.resolved(backend.hostname);
      const own = new Set(context.machine.addresses());
      return [...v4, ...v6].some((address) => isLoopback(address) || own.has(address))
        ? { host, what: `backend #${backend.index} is this instance, by its name: ${backend.url}` }
        : null;
    },
  );
  loops.push(
    ...looked
      .filter((one) => one !== null)
      .filter(({ host }) => !known.some((loop) => loop.host === host)),
  );
  const [first] = loops;
  if (first === undefined) return ok(`${counted(hosts.length, 'host')}, none leads back`);
  return problem(
    `${first.host}: ${first.what}${loops.length > 1 ? `, and ${loops.length - 1} more` : ''}`,
    {
      details: loops.map(({ host, what }) => `${host}: ${what}`),
      fix: pointElsewhere(first.host),
    },
  );
}

/** Whether a backend has a name, and the port of a listener; what lint sees without a look-up is left to it. */
const isNameAtOurPort = (
  { hostname, port }: Backend,
  listeners: readonly ListenerStatus[],
): boolean =>
  /[a-z]/i.test(hostname) &&
  !hostname.includes(':') &&
  hostname !== 'localhost' &&
  listeners.some((listener) => listener.port === port);

async function checkDeadMarks(context: DoctorContext): Promise<Finding> {
  const found = findings(await context.hosts(), (rule) => rule === 'stale-dead-mark');
  const [first] = found;
  if (first === undefined) return ok('no mark is left over');
  const hosts = [...new Set(found.map(({ host }) => host))];
  return warning(
    `${first.host}: ${first.finding.message}${found.length > 1 ? `, and ${found.length - 1} more` : ''}`,
    {
      details: found.map(({ host, finding }) => `${host}: ${finding.message}`),
      fix: offer(
        'End the marks: a plain Hipache would skip what stands there now.',
        {
          id: 'end-dead-marks',
          label: hosts.length === 1 ? `Revive ${first.host}` : `Revive ${hosts.length} hosts`,
        },
        `berth health revive ${shellWord(first.host)}`,
      ),
    },
  );
}
