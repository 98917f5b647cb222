import type { HostView, LintFinding } from '../../shared/contract/hosts.ts';
import {
  defaultOptions,
  type FrontendOptions,
  type HealthCheck,
} from '../../shared/model/options.ts';
import type { Page } from './page.ts';
import type { Style } from './style.ts';
import { type Cell, table } from './table.ts';
import { oneLine } from './text.ts';
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
  const columns = [
    { title: 'HOST', gives: true },
    { title: 'BACKEND', gives: true },
    ...(hasOptions ? [{ title: 'OPTIONS', gives: true }] : []),
    ...(hasFindings ? [{ title: 'LINT' }] : []),
  ];
  return table(columns, rows, { width, paintHead: style.quiet });
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

function findingsCell(findings: readonly LintFinding[], style: Style): Cell {
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
  const { policy, check, redirectToHttps, hostHeader } = options;
  return [
    ...(policy === defaultOptions.policy ? [] : [policy]),
    ...(check === null ? [] : [`check ${checkWords(check)}`]),
    ...(redirectToHttps ? ['redirect to https'] : []),
    ...(hostHeader === 'backend' ? ["backend's Host"] : []),
  ];
}

/** As `HEAD /health every 3s`. */
export function checkWords({ type, method, path, intervalMs }: HealthCheck): string {
  const what = type === 'tcp' ? 'tcp' : `${method} ${path}`;
  return `${what} every ${durationWord(intervalMs)}`;
}

/** Findings of one host, each with what to do. */
export function findingLines(
  { name, findings }: Pick<HostView, 'name' | 'findings'>,
  style: Style,
): readonly string[] {
  return [
    style.strong(oneLine(name)),
    ...findings.flatMap(({ severity, message, advice, rule }) => [
      `  ${severity === 'error' ? style.bad('error') : style.warn('warning')}  ${oneLine(message)} ${style.quiet(`[${rule}]`)}`,
      `    ${oneLine(advice)}`,
    ]),
  ];
}
