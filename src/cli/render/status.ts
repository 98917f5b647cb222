import type { InstanceStatus, ListenerStatus } from '../../shared/contract/instance.ts';
import type { StoreState } from '../../shared/messages.ts';
import { noticeWords } from './notices.ts';
import type { Page } from './page.ts';
import { cut, oneLine, padEnd } from './text.ts';
import { counted, grouped, wholeDuration } from './units.ts';

const storeWords: Readonly<Record<StoreState, string>> = {
  live: 'connected, changes are pushed',
  polling: 'connected, asked on every request',
  stale: 'lost, the last good hosts are served',
  connecting: 'not reached yet',
};

/** What an instance tells of itself, problems first. `now` in Unix milliseconds. */
export function statusLines(
  status: InstanceStatus,
  now: number,
  { style, width: columns }: Page,
): readonly string[] {
  const fitted = (text: string, room: number): string =>
    columns === null ? text : cut(text, Math.max(0, columns - room));
  const { version, mode, pid, startedAt, store, workers } = status;
  const ready = workers.filter(({ state }) => state === 'ready');
  const connections = workers.reduce((sum, worker) => sum + worker.openConnections, 0);
  const facts: readonly (readonly [string, string])[] = [
    ['serving', status.listeners.map(listenerUrl).join(' ') || 'nowhere'],
    ['store', `${store.driver} (${storeWords[store.state]})`],
    [
      'workers',
      `${ready.length} of ${workers.length} ready, ${counted(connections, 'connection')}`,
    ],
    ['hosts', grouped(status.hosts)],
    ['requests', grouped(status.requests)],
    ['access log', status.accessLog],
    ['names under', status.suffixes.join(', ')],
    ...(status.dns === null ? [] : [['DNS', `${status.dns.address}:${status.dns.port}`] as const]),
    ...(status.dashboard === null ? [] : [['dashboard', status.dashboard] as const]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const problems = problemsOf(status);
  const notes = [
    ...status.notices.map((notice) => noticeWords(notice, now)),
    ...(status.capture ? [] : ['requests are not kept; berth capture on has them kept again']),
  ];
  return [
    fitted(
      `Berth ${version}, ${mode}, pid ${pid}, running for ${wholeDuration(now - startedAt)}`,
      0,
    ),
    ...(problems.length + notes.length === 0 ? [] : ['']),
    ...problems.map((problem) => `  ${style.bad('✗')} ${style.bad(fitted(oneLine(problem), 4))}`),
    ...notes.map((note) => `  ${style.warn('!')} ${style.warn(fitted(oneLine(note), 4))}`),
    '',
    ...facts.map(
      ([name, text]) =>
        `  ${style.quiet(padEnd(name, width))}  ${fitted(oneLine(text), width + 4)}`,
    ),
  ];
}

/** What somebody should look at, worst first. */
function problemsOf({ store, workers, listeners, backendsDown, recordsDropped }: InstanceStatus) {
  return [
    ...(listeners.length === 0 ? ['it serves no address'] : []),
    ...(workers.some(({ state }) => state === 'ready') ? [] : ['no worker is ready']),
    ...(store.state === 'stale' || store.state === 'connecting'
      ? [`the store is ${storeWords[store.state]}`]
      : []),
    ...(backendsDown === 0
      ? []
      : [
          `${counted(backendsDown, 'backend')} ${backendsDown === 1 ? 'is' : 'are'} down: berth health says why`,
        ]),
    ...(recordsDropped === 0
      ? []
      : [`${counted(recordsDropped, 'record')} of requests lost: more than could be taken in`]),
  ];
}

function listenerUrl({ address, port, secure }: ListenerStatus): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const standard = secure ? 443 : 80;
  return `${secure ? 'https' : 'http'}://${host}${port === standard ? '' : `:${port}`}`;
}
