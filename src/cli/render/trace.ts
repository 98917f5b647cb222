import type { Attempt, PassedOver, RequestRecord } from '../../shared/model/record.ts';
import { askedNames, outcomeWord, routeSourceWords, shortUrl } from '../../shared/model/trace.ts';
import type { Page } from './page.ts';
import { cut, oneLine, padEnd, padStart, widthOf } from './text.ts';
import { counted, duration } from './units.ts';

/**
 * How a request came to its answer: which frontend, which backends, and what became of each try.
 *
 * @param shared suffixes under each of which one frontend answers
 */
export function traceLines(
  record: RequestRecord,
  indent: number,
  page: Page,
  shared: readonly string[],
): readonly string[] {
  const { attempts } = record;
  const urlWidth = Math.max(0, ...attempts.map(({ url }) => widthOf(oneLine(shortUrl(url)))));
  const lines = [
    `lookup  ${lookupText(record, shared)}`,
    ...(record.considered === 0 || isTunnel(record) ? [] : [`choice  ${choiceText(record)}`]),
    ...(isTunnel(record) ? ['tunnel  to Berth itself, for the requests that follow'] : []),
    ...attempts.map(
      ({ url, outcome, ms }, at) =>
        `try ${padEnd(String(at + 1), 3)} ${padEnd(oneLine(shortUrl(url)), urlWidth)}  ${padStart(duration(ms), 6)}  ${outcomeWord(outcome)}`,
    ),
    ...(attempts.length === 0 ? [] : [`time    ${timeText(record)}`]),
    ...(record.hint === null ? [] : [`hint    ${record.hint}`]),
  ];
  return lines.map((line) => quietLine(`${' '.repeat(indent)} │ ${line}`, page));
}

/** The same in one line, for a request that was answered but not at once, and a hint; nothing for any other. */
export function detourLines(record: RequestRecord, indent: number, page: Page): readonly string[] {
  const { attempts, dead, hint } = record;
  const facts = [...(attempts.length < 2 ? [] : attempts.map(tryText)), ...deadText(dead)];
  const lines = [
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    ...(hint === null ? [] : [hint]),
  ];
  return lines.map((line) => quietLine(`${' '.repeat(indent)} └ ${line}`, page));
}

/** As `127.0.0.1:3000 refused 1.0 ms`. */
export const tryText = ({ url, outcome, ms }: Attempt): string =>
  `${shortUrl(url)} ${outcomeWord(outcome)} ${duration(ms)}`;

/** As `2 dead: refused`; nothing without any. */
export function deadText(dead: readonly PassedOver[]): readonly string[] {
  const reasons = [...new Set(dead.map(({ reason }) => reason))].filter((reason) => reason !== '');
  return dead.length === 0 ? [] : [[`${dead.length} dead`, ...reasons].join(': ')];
}

const isTunnel = ({ method, error }: RequestRecord): boolean =>
  method === 'CONNECT' && error === null;

/** The names that were looked up, to the one that matched. */
function lookupText(record: RequestRecord, shared: readonly string[]): string {
  const { host, frontend, lookup } = record;
  if (host === '') return 'no usable host was named';
  const asked = askedNames(record, shared).join(' → ');
  const source = lookup === null ? '' : ` (${routeSourceWords[lookup]})`;
  return frontend === null ? `${asked}: no frontend matches${source}` : `${asked}${source}`;
}

function choiceText({ error, policy, considered, drained, dead }: RequestRecord): string {
  if (error === 'BERTH_HOST_PAUSED') {
    return `none of ${counted(considered, 'backend')}, since the host is paused`;
  }
  return [
    `${policy === 'only' ? 'the only one left' : (policy ?? 'none')} of ${counted(considered, 'backend')}`,
    ...(drained === 0 ? [] : [`${drained} drained`]),
    ...dead.map(
      ({ index, reason }) => `backend ${index} dead${reason === '' ? '' : `: ${reason}`}`,
    ),
  ].join(', ');
}

/** As `0.3 ms before, 1.2 ms to connect, 12 ms to the first byte, 4.0 ms to the last`. */
function timeText({ queueMs, connectMs, firstByteMs, bodyMs }: RequestRecord): string {
  return [
    `${duration(queueMs)} before`,
    ...(connectMs === 0 ? [] : [`${duration(connectMs)} to connect`]),
    ...(firstByteMs === 0 ? [] : [`${duration(firstByteMs)} to the first byte`]),
    ...(bodyMs === 0 ? [] : [`${duration(bodyMs)} to the last`]),
  ].join(', ');
}

function quietLine(text: string, { style, width }: Page): string {
  const line = oneLine(text);
  return style.quiet(width === null ? line : cut(line, width));
}
