import type { InstanceStatus, StatusNotice } from '../../shared/contract/instance.ts';
import type { PortAdvice, Proof, SetupOutcome } from '../../shared/contract/setup.ts';
import { describeOwner } from '../ports/portOwner.ts';
import { type PortStart, planPorts } from './portStart.ts';

/** Decides from everything that was tried. A page that is not opened was not opened: no instance, no HTTPS. */
export function outcomeOf(proofs: readonly Proof[], hasInstance: boolean): SetupOutcome {
  const wrong = proofs.find(({ status }) => status === 'wrong');
  if (wrong !== undefined) {
    const what = wrong.kind === 'page' ? wrong.title : 'A page over HTTPS';
    const says = wrong.says.replace(/\.$/, '');
    const why = wrong.kind === 'page' ? says : `${wrong.title}: ${says}`;
    return { opens: 'wrong', says: `${what} does not open yet: ${why}`, command: 'berth doctor' };
  }
  if (!hasInstance) {
    return {
      opens: 'untried',
      says: 'No instance runs, so no page was opened. Start one, then run "berth setup" again: it tries everything',
      command: 'berth --headless',
    };
  }
  const pages = proofs.filter(({ kind, status }) => kind === 'page' && status === 'well');
  const page = pages.find(({ title }) => !title.includes('.localhost')) ?? pages[0];
  if (page === undefined) {
    return { opens: 'untried', says: 'No page was opened', command: 'berth doctor' };
  }
  const trust = proofs.filter(({ kind }) => kind === 'trust');
  const untried = trust.filter(({ status }) => status === 'untried');
  const unknown =
    trust.length === 0
      ? 'no store of trust is here that could warn'
      : untried.length > 0
        ? `whether ${untried.map(({ title }) => title).join(', ')} warns was not tried`
        : null;
  const isAny = !proofs.some(({ kind, status }) => kind === 'name' && status === 'untried');
  return {
    opens: unknown === null ? 'well' : 'untried',
    says: `${page.title} opens${unknown === null ? ' with no warning' : `; ${unknown}`}${isAny ? '' : `. ${newHosts}`}`,
    command: null,
  };
}

const newHosts =
  'A host that is added later needs this again, or names.hostsFile in the configuration';

interface PortFacts {
  readonly status: Pick<InstanceStatus, 'listeners' | 'notices'>;
  readonly platform: NodeJS.Platform;
  readonly start: PortStart;
}

type Moved = Extract<StatusNotice, { kind: 'port-moved' }>;

const again = 'then start the instance again';

/** Nothing where addresses need no port. */
export function portAdvice({ status, platform, start }: PortFacts): readonly PortAdvice[] {
  const moved = status.notices.filter((notice): notice is Moved => notice.kind === 'port-moved');
  const forbidden = moved.filter(({ because }) => because === 'forbidden');
  const taken = moved.filter(({ because }) => because === 'taken');
  return [
    ...(forbidden.length === 0 ? [] : [forbiddenAdvice(forbidden, platform, start)]),
    ...taken.map(({ wanted, got, owner }): PortAdvice => {
      const says = `Addresses end in :${got}: ${owner === null ? 'another program' : describeOwner(owner)} has port ${wanted}; end it, ${again}`;
      const kill = platform === 'win32' ? 'taskkill /PID' : 'kill';
      return { says, command: owner === null ? null : `${kill} ${owner.pid}` };
    }),
    ...chosenPort(status, moved),
  ];
}

function forbiddenAdvice(
  forbidden: readonly Moved[],
  platform: NodeJS.Platform,
  start: PortStart,
): PortAdvice {
  const ends = forbidden.map(({ got }) => `:${got}`).join(' and ');
  const wanted = forbidden.map(({ wanted: port }) => port).join(' and ');
  const says = `Addresses end in ${ends}: the ports ${wanted} take the rights of root here`;
  if (platform !== 'linux') return { says, command: null };
  const planned = planPorts(start);
  if (!planned.ok) return { says: `${says}. ${planned.problem}`, command: null };
  return planned.steps.length === 0
    ? {
        says: `Addresses end in ${ends}; ${wanted} are free now`,
        command: 'berth reload',
      }
    : { says: `${says}. This gives them to every user`, command: 'berth setup --ports' };
}

/** Whether the instance was refused ports that every user may have by now; a reload takes them. */
export function hasFreedPorts(notices: PortFacts['status']['notices'], start: PortStart): boolean {
  const planned = planPorts(start);
  return (
    planned.ok &&
    planned.steps.length === 0 &&
    notices.some((notice) => notice.kind === 'port-moved' && notice.because === 'forbidden')
  );
}

/** Over HTTPS, where the configuration has another port. */
function chosenPort(
  { listeners }: PortFacts['status'],
  moved: readonly Moved[],
): readonly PortAdvice[] {
  const secure = listeners.filter((listener) => listener.secure);
  const [first] = secure;
  const isMoved = secure.some(({ port }) => moved.some(({ got }) => got === port));
  if (first === undefined || isMoved || secure.some(({ port }) => port === 443)) return [];
  return [
    {
      says: `Addresses end in :${first.port}, as https.bind of the configuration has it`,
      command: null,
    },
  ];
}
