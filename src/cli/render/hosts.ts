import type { HostView, LintFinding } from '../../shared/contract/hosts.ts';
import {
  defaultOptions,
  type FrontendOptions,
  type HealthCheck,
} from '../../shared/model/options.ts';
import type { Page } from './page.ts';
import { repairOf } from './repair.ts';
import type { Style } from './style.ts';
import { type Cell, type Column, table, widthOfTable } from './table.ts';
import { oneLine, wrap } from './text.ts';
import { counted, durationWord } from './units.ts';

/** A table of hosts, a line a backend. */
export function hostLines(hosts: readonly HostView[], { style, width }: Page): readonly string[] {
  const hasOptions = hosts.some(({ options }) => optionWords(options).length > 0);
  const hasFindings = hosts.some(({ findings }) => findings.length > 0);
  const rows = hosts.flatMap((host) => {
    const backends = host.backends.length === 0 ? [null] : host.backends;
    return backends.map((url, at): readonly Cell[] => [
      at === 0 ? { text: host.name, paint: style.strong } : '',
      backendCell(url, host.options, style),
      ...(hasOptions ? [at === 0 ? optionWords(host.options).join(', ') : ''] : []),
      ...(hasFindings ? [at === 0 ? findingsCell(host.findings, style) : ''] : []),
    ]);
  });
  const columns: readonly Column[] = [
    { title: 'HOST', gives: true },
    { title: 'BACKEND', gives: true },
    ...(hasOptions ? [{ title: 'OPTIONS' }] : []),
    ...(hasFindings ? [{ title: 'LINT' }] : []),
  ];
  const how = { width, paintHead: style.quiet };
  if (width === null || widthOfTable(columns, rows, leastNames) <= width) {
    return table(columns, rows, how);
  }
  // What has no room beside the backends stands under them, whole.
  const [head = '', ...lines] = table(columns.slice(0, 2), rows, how);
  let at = 0;
  return [
    head,
    ...hosts.flatMap((host) => {
      const begin = at;
      at += Math.max(1, host.backends.length);
      return [...lines.slice(begin, at), ...notesUnder(host, { style, width })];
    }),
  ];
}

/** Columns that names and backends keep before what stands beside them goes under them. */
const leastNames = 24;

function notesUnder({ options, findings }: HostView, { style, width }: Page): readonly string[] {
  const { text, paint } = findingsCell(findings, style);
  const indented = (note: string): readonly string[] =>
    note === '' ? [] : wrap(note, width === null ? null : width - 4).map((line) => `    ${line}`);
  return [
    ...indented(optionWords(options).join(', ')).map(style.quiet),
    ...indented(text).map(paint),
  ];
}

function backendCell(url: string | null, options: FrontendOptions, style: Style): Cell {
  if (url === null) return { text: 'none', paint: style.bad };
  const weight = options.weights[url];
  const notes = [
    ...(weight === undefined || weight === 1 ? [] : [`weight ${weight}`]),
    ...(options.drained.includes(url) ? ['drained'] : []),
  ];
  return notes.length === 0 ? url : `${url} (${notes.join(', ')})`;
}

function findingsCell(findings: readonly LintFinding[], style: Style): Exclude<Cell, string> {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const text = [
    ...(errors === 0 ? [] : [counted(errors, 'error')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ].join(', ');
  return { text, paint: errors > 0 ? style.bad : style.warn };
}

/** What a host has beside its backends, in words; nothing for a host as Hipache knows it. */
export function optionWords(options: FrontendOptions): readonly string[] {
  const { paused, policy, check, redirectToHttps, hostHeader, cert } = options;
  return [
    ...(paused ? ['paused'] : []),
    ...(policy === defaultOptions.policy ? [] : [policy]),
    ...(check === null ? [] : [`check ${checkWords(check)}`]),
    ...(redirectToHttps ? ['redirect to https'] : []),
    ...(hostHeader === 'backend' ? ["backend's Host"] : []),
    ...(cert === null ? [] : [`certificate ${cert}`]),
  ];
}

/** As `HEAD /health every 3s`. */
export function checkWords({ type, method, path, intervalMs }: HealthCheck): string {
  const what = type === 'tcp' ? 'tcp' : `${method} ${path}`;
  return `${what} every ${durationWord(intervalMs)}`;
}

/** Findings of one host, each with what to do, and the command that does it where there is one. */
export function findingLines(host: HostView, { style, width }: Page): readonly string[] {
  const indented = (text: string, columns: number): readonly string[] =>
    wrap(oneLine(text), width === null ? null : width - columns).map(
      (line) => `${' '.repeat(columns)}${line}`,
    );
  return [
    ...wrap(oneLine(host.name), width).map(style.strong),
    ...host.findings.flatMap((finding) => {
      const { severity, message, advice, rule } = finding;
      const paint = severity === 'error' ? style.bad : style.warn;
      const [first = '', ...more] = indented(`${severity}  ${message} [${rule}]`, 4);
      const repair = repairOf(host, finding);
      return [
        `  ${paint(severity)}${first.slice(4 + severity.length)}`,
        ...more,
        ...indented(advice, 4),
        // A command is copied: it stays in one piece, however long.
        ...(repair === null ? [] : [`    ${style.note(oneLine(repair))}`]),
      ];
    }),
  ];
}
