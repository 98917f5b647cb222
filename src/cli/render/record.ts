import { errorCatalogue } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { RequestRecord } from '../../shared/model/record.ts';
import { endedAt, shortUrl } from '../../shared/model/trace.ts';
import type { Page } from './page.ts';
import { cut, cutMiddle, oneLine, padEnd, padStart, widthOf } from './text.ts';
import { deadText, detourLines, traceLines, tryText } from './trace.ts';
import { bytes, clock, duration } from './units.ts';

/** Lines for requests in order: one each, and a second for one that failed or took a detour. */
export type RecordLines = (records: readonly RequestRecord[]) => readonly string[];

const clockWidth = '00:00:00'.length;
const statusWidth = 3;
const numberWidth = '999 ms'.length;
const gap = 1;
/** Columns below which a path gets less than a third of them. */
const narrow = 60;
/** What is kept for paths however short they are, so that the next one moves nothing. */
const shortPath = 12;
/** As wide as `app.localhost`. */
const usualHost = 13;
/** Of a path where nothing limits a line: what is longer pushes the rest of its line aside. */
const usualPath = 40;

/**
 * Writes requests as a table that never ends: its columns are as wide as what they have held so far and hold next, up to
 * a part of the terminal, and the path takes what is left. A long one gets a third at least: for that the size goes first,
 * then the backend, then the end of the host.
 *
 * @param trace how each came to its answer stands below it, by the suffixes under each of which one frontend answers
 */
export function createRecordLines(
  page: Page,
  { trace = null }: { readonly trace?: { readonly shared: readonly string[] } | null } = {},
): RecordLines {
  const method = createColumn(4, 4, () => 7);
  const path = createColumn(shortPath, shortPath, () => thirdOf(page.width ?? 0));
  /** However long a host is, what paths need is theirs. */
  const hostRoom = (): number => {
    const most = part(page.width, 0.3, 60);
    if (page.width === null) return most;
    const others = clockWidth + statusWidth + method.width + numberWidth + 5 * gap;
    const beside = page.width - others - path.width;
    return Math.min(most, Math.max(Math.min(usualHost, beside), beside - backend.width - gap));
  };
  const host = createColumn(12, 8, hostRoom);
  const backend = createColumn(14, 14, () => part(page.width, 0.25, 40));

  const linesOf = (record: RequestRecord): readonly string[] => {
    const { style, width } = page;
    const cells = {
      method: method.cell(record.method),
      host: host.cell(hostText(record)),
      backend: backend.cell(backendText(record)),
    };
    const fixed =
      clockWidth +
      statusWidth +
      widthOf(cells.method) +
      widthOf(cells.host) +
      numberWidth +
      5 * gap;
    const backendRoom = widthOf(cells.backend) + gap;
    const sizeRoom = numberWidth + gap;
    const left = width === null ? null : width - fixed;
    const hasBackend = left === null || left - backendRoom >= path.width;
    const hasSize = left === null || (hasBackend && left - backendRoom - sizeRoom >= path.width);
    const room =
      left === null ? null : left - (hasBackend ? backendRoom : 0) - (hasSize ? sizeRoom : 0);
    const target = oneLine(record.target);
    const line = [
      style.quiet(clock(endedAt(record))),
      statusPaint(record.status, page)(statusText(record.status)),
      cells.method,
      cells.host,
      record.status >= 300 && record.status < 400
        ? style.quiet(fitPath(target, room))
        : fitPath(target, room),
      ...(hasBackend ? [paintBackend(cells.backend, record, page)] : []),
      durationPaint(record.totalMs, page)(padStart(duration(record.totalMs), numberWidth)),
      ...(hasSize ? [style.quiet(padStart(bytes(record.bytes), numberWidth))] : []),
    ].join(' ');
    return [
      line,
      ...(record.error === null ? [] : [failureLine(record, record.error, page)]),
      ...(trace === null ? [] : traceLines(record, clockWidth, page, trace.shared)),
      ...(trace !== null || record.error !== null ? [] : detourLines(record, clockWidth, page)),
    ];
  };

  return (records) => {
    for (const record of records) {
      method.grow(record.method);
      backend.grow(backendText(record));
      path.grow(record.target);
    }
    // What they take is not the host's.
    for (const record of records) host.grow(hostText(record));
    return records.flatMap(linesOf);
  };
}

/** A column as wide as the widest text that it was grown for, and never wider than there is room for at the moment. */
function createColumn(first: number, least: number, most: () => number) {
  let wanted = first;
  const widthNow = (): number => Math.min(wanted, Math.max(least, most()));
  return {
    get width() {
      return widthNow();
    },
    grow(text: string): void {
      wanted = Math.min(Math.max(wanted, widthOf(oneLine(text))), Math.max(least, most()));
    },
    cell: (text: string): string => padEnd(cutMiddle(oneLine(text), widthNow()), widthNow()),
  };
}

/** The most that is kept for a path: a third of a line, unless that is a very short one. */
const thirdOf = (width: number): number => (width < narrow ? shortPath : Math.floor(width / 3));

const hostText = ({ host }: RequestRecord): string => (host === '' ? '-' : host);

const part = (width: number | null, share: number, most: number): number =>
  width === null ? most : Math.min(most, Math.floor(width * share));

function fitPath(path: string, room: number | null): string {
  if (room === null) return padEnd(path, usualPath);
  return padEnd(cutMiddle(path, Math.max(1, room)), room);
}

const retries = ({ attempts }: RequestRecord): number => Math.max(0, attempts.length - 1);

/** As `127.0.0.1:3000 ↻1`: where it went in the end, and how often it was sent again. */
function backendText(record: RequestRecord): string {
  const url = record.backend === null ? '-' : shortUrl(record.backend);
  return retries(record) === 0 ? url : `${url} ↻${retries(record)}`;
}

const paintBackend = (text: string, record: RequestRecord, { style }: Page): string =>
  retries(record) === 0 ? text : style.warn(text);

const statusText = (status: number): string => (status === 0 ? '---' : String(status));

function statusPaint(status: number, { style }: Page): (text: string) => string {
  if (status >= 500 || status === 0) return style.bad;
  if (status >= 400) return style.warn;
  if (status >= 300) return style.quiet;
  return status >= 200 ? style.good : style.note;
}

function durationPaint(ms: number, { style }: Page): (text: string) => string {
  if (ms >= limits.verySlowRequestMs) return style.bad;
  return ms >= limits.slowRequestMs ? style.warn : (text) => text;
}

/** Why a request failed, what became of each try, and who was not tried. */
function failureLine(
  record: RequestRecord,
  error: NonNullable<RequestRecord['error']>,
  { style, width }: Page,
): string {
  const { attempts, dead } = record;
  const facts = [...attempts.map(tryText), ...deadText(dead)].join(', ');
  const title = `${error} ${errorCatalogue[error].title}`;
  const text = oneLine(`${' '.repeat(clockWidth)} └ ${title}${facts === '' ? '' : ` (${facts})`}`);
  return style.bad(width === null ? text : cut(text, width));
}
