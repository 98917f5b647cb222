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
import { ago, duration, durationWord, wholeDuration } from './units.ts';

const words: Readonly<Record<BackendState, string>> = {
  up: '● up',
  down: '✗ down',
  unknown: '◌ unknown',
  drained: '⏸ drained',
  paused: '⏸ paused',
};
const wordWidth = Math.max(...Object.values(words).map(widthOf));

/** Height tells the state, so that it is seen without colours too. */
const bars: Readonly<Record<HealthSlot['state'], string>> = {
  up: '█',
  degraded: '▄',
  down: '▁',
  drained: '░',
  paused: '░',
  unknown: '·',
};
const leastBar = 8;
/** Slots of the bar where nothing limits a line. */
const usualBar = 30;
const longestUrl = 40;
/** Of a text that stands under its backend. */
const indent = 4;

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
    width === null ? longestUrl : Math.max(1, width - 2 - wordWidth - 2),
    Math.max(0, ...host.backends.map(({ url }) => widthOf(oneLine(url)))),
  );
  const used = 2 + wordWidth + 2 + urlWidth + 2;
  const room = width === null ? null : width - used;
  const texts = host.backends.map((backend) => fittingText(backend, now, room));
  const textWidth = Math.max(0, ...texts.map(widthOf));
  return [
    `${style.strong(head)}  ${style.quiet(width === null ? how : cut(how, width - widthOf(head) - 2))}`,
    ...(host.backends.length === 0 ? [`  ${style.bad('no backend')}`] : []),
    ...host.backends.flatMap((backend, at): readonly string[] => {
      const url = padEnd(cut(oneLine(backend.url), urlWidth), urlWidth);
      const start = `  ${statePaint(backend.state, style)(padEnd(words[backend.state], wordWidth))}  ${url}  `;
      const text = texts[at] ?? '';
      const withBar = (slots: number): readonly string[] => [
        `${start}${padEnd(text, textWidth)}  ${bar(backend.history, slots, style)}`.trimEnd(),
      ];
      if (width === null || room === null) return withBar(usualBar);
      const slots = room - textWidth - 2;
      if (slots >= leastBar) return withBar(slots);
      if (widthOf(text) <= room) return [`${start}${text}`.trimEnd()];
      return [start.trimEnd(), `${' '.repeat(indent)}${cut(text, width - indent)}`];
    }),
  ];
}

/** What there is room for beside the backend, the reason first; all of it where not even the reason has that. */
function fittingText(backend: BackendHealth, now: number, room: number | null): string {
  const all = details(backend, now);
  const whole = all.map(({ text }) => text).join(', ');
  if (room === null || widthOf(whole) <= room) return whole;
  const shorter = [
    ['checked'],
    ['checked', 'since'],
    ['checked', 'since', 'retry'],
    ['checked', 'since', 'retry', 'hint'],
  ].map((left) =>
    all
      .filter(({ kind }) => !left.includes(kind))
      .map(({ text }) => text)
      .join(', '),
  );
  return shorter.find((text) => text !== '' && widthOf(text) <= room) ?? whole;
}

/** As `refused, checked 2 s ago in 3 ms, since 5 min, retry in 18 s`. */
function details(
  backend: BackendHealth,
  now: number,
): readonly { readonly kind: string; readonly text: string }[] {
  const { reason, lastCheck, markedForMs, since, state } = backend;
  // The state stands before.
  const why = oneLine(reason).replace(new RegExp(`^${state}: `), '');
  return [
    ...(why === '' ? [] : [{ kind: 'reason', text: why }]),
    ...(backend.hint === undefined ? [] : [{ kind: 'hint', text: oneLine(backend.hint) }]),
    ...(lastCheck === null
      ? []
      : [
          {
            kind: 'checked',
            text: `checked ${ago(lastCheck.at, now)} in ${duration(lastCheck.ms)}`,
          },
        ]),
    ...(state === 'unknown'
      ? []
      : [{ kind: 'since', text: `since ${wholeDuration(now - since)}` }]),
    ...(markedForMs === null
      ? []
      : [{ kind: 'retry', text: `retry in ${wholeDuration(markedForMs)}` }]),
  ];
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
      return checker.probeMs === undefined
        ? 'judged by its requests'
        : `judged by its requests, connected to every ${durationWord(checker.probeMs)}`;
  }
}

function statePaint(state: BackendState, style: Style): (text: string) => string {
  return {
    up: style.good,
    down: style.bad,
    unknown: style.quiet,
    drained: style.warn,
    paused: style.note,
  }[state];
}

/** The latest slots, the newest at the right. */
function bar(history: readonly HealthSlot[], room: number, style: Style): string {
  const paints = {
    up: style.good,
    degraded: style.warn,
    down: style.bad,
    drained: style.quiet,
    paused: style.quiet,
    unknown: style.quiet,
  };
  return history
    .slice(-room)
    .map(({ state }) => paints[state](bars[state]))
    .join('');
}
