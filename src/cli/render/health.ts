import type {
  BackendHealth,
  BackendState,
  CheckerInCharge,
  HealthSlot,
  HostHealth,
} from '../../shared/contract/health.ts';
import { checkWords } from './hosts.ts';
import type { Page } from './page.ts';
import type { Style } from './style.ts';
import { cut, oneLine, padEnd, widthOf } from './text.ts';
import { ago, duration, wholeDuration } from './units.ts';

const words: Readonly<Record<BackendState, string>> = {
  up: '● up',
  down: '✗ down',
  unknown: '◌ unknown',
  drained: '⏸ drained',
};
const wordWidth = Math.max(...Object.values(words).map(widthOf));

/** Height tells the state, so that it is seen without colours too. */
const bars: Readonly<Record<HealthSlot['state'], string>> = {
  up: '█',
  degraded: '▄',
  down: '▁',
  drained: '░',
  unknown: '·',
};
const leastBar = 8;
/** Slots of the bar where nothing limits a line. */
const usualBar = 30;
const longestUrl = 40;

/** Blocks of hosts with a line a backend, and an empty line between two. `now` in Unix milliseconds. */
export function healthLines(
  hosts: readonly HostHealth[],
  now: number,
  page: Page,
): readonly string[] {
  return hosts.flatMap((host, at) => [...(at === 0 ? [] : ['']), ...hostLines(host, now, page)]);
}

function hostLines(host: HostHealth, now: number, page: Page): readonly string[] {
  const { style, width } = page;
  const head = oneLine(host.name);
  const how = howChecked(host);
  const urlWidth = Math.min(
    longestUrl,
    Math.max(0, ...host.backends.map(({ url }) => widthOf(oneLine(url)))),
  );
  const texts = host.backends.map((backend) => detailText(backend, now));
  const textWidth = Math.max(0, ...texts.map(widthOf));
  return [
    `${style.strong(head)}  ${style.quiet(width === null ? how : cut(how, width - widthOf(head) - 2))}`,
    ...(host.backends.length === 0 ? [`  ${style.bad('no backend')}`] : []),
    ...host.backends.map((backend, at) => {
      const url = padEnd(cut(oneLine(backend.url), urlWidth), urlWidth);
      const start = `  ${statePaint(backend.state, style)(padEnd(words[backend.state], wordWidth))}  ${url}  `;
      const used = 2 + wordWidth + 2 + urlWidth + 2;
      const text = texts[at] ?? '';
      if (width === null) {
        return `${start}${padEnd(text, textWidth)}  ${bar(backend.history, usualBar, style)}`.trimEnd();
      }
      const room = width - used - textWidth - 2;
      return room >= leastBar
        ? `${start}${padEnd(text, textWidth)}  ${bar(backend.history, room, style)}`.trimEnd()
        : `${start}${cut(text, Math.max(0, width - used))}`.trimEnd();
    }),
  ];
}

/** As `refused, checked 2 s ago in 3 ms, since 5 min, retry in 18 s`. */
function detailText(backend: BackendHealth, now: number): string {
  const { reason, lastCheck, markedForMs, since, state } = backend;
  // The state stands before.
  const why = oneLine(reason).replace(new RegExp(`^${state}: `), '');
  return [
    ...(why === '' ? [] : [why]),
    ...(lastCheck === null
      ? []
      : [`checked ${ago(lastCheck.at, now)} in ${duration(lastCheck.ms)}`]),
    ...(state === 'unknown' ? [] : [`since ${wholeDuration(now - since)}`]),
    ...(markedForMs === null ? [] : [`retry in ${wholeDuration(markedForMs)}`]),
  ].join(', ');
}

function howChecked({ check, checker }: HostHealth): string {
  const by = checkerWords(checker);
  return check === null ? by : `${checkWords(check)}, ${by}`;
}

function checkerWords(checker: CheckerInCharge): string {
  switch (checker.kind) {
    case 'this':
      return 'checked by this instance';
    case 'other':
      return `checked by the instance ${oneLine(checker.instance)}`;
    case 'foreign':
      return 'checked by another program';
    case 'passive':
      return 'judged by its requests';
  }
}

function statePaint(state: BackendState, style: Style): (text: string) => string {
  return { up: style.good, down: style.bad, unknown: style.quiet, drained: style.warn }[state];
}

/** The latest slots, the newest at the right. */
function bar(history: readonly HealthSlot[], room: number, style: Style): string {
  const paints = {
    up: style.good,
    degraded: style.warn,
    down: style.bad,
    drained: style.quiet,
    unknown: style.quiet,
  };
  return history
    .slice(-room)
    .map(({ state }) => paints[state](bars[state]))
    .join('');
}
