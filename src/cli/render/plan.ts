import {
  type Content,
  type PlanEntry,
  type Problem,
  withoutUserinfo,
} from '../../core/transfer/index.ts';
import { defaultOptions } from '../../shared/model/options.ts';
import { optionWords } from './hosts.ts';
import type { Page } from './page.ts';
import { type Cell, table } from './table.ts';
import { oneLine } from './text.ts';
import { counted } from './units.ts';

const signs: Readonly<Record<PlanEntry['kind'], string>> = {
  added: '+ add',
  changed: '~ change',
  same: '= same',
  conflict: '! conflict',
  refused: 'x refused',
};

/** A table of what an import does to each host: a line a host, and one a value that is lost or gained. */
export function planLines(plan: readonly PlanEntry[], { style, width }: Page): readonly string[] {
  const paints = {
    added: style.good,
    changed: style.note,
    same: style.quiet,
    conflict: style.bad,
    refused: style.bad,
  };
  const rows = plan.flatMap((entry): readonly (readonly Cell[])[] => {
    const [first = '', ...more] = detailsOf(entry);
    const paint = paints[entry.kind];
    return [
      [{ text: signs[entry.kind], paint }, entry.name, first],
      ...more.map((detail) => ['', '', detail]),
    ];
  });
  const columns = [
    { title: 'IMPORT' },
    { title: 'HOST', gives: true },
    { title: 'BACKENDS', gives: true },
  ];
  return table(columns, rows, { width, paintHead: style.quiet });
}

function detailsOf(entry: PlanEntry): readonly string[] {
  switch (entry.kind) {
    case 'refused':
      return [entry.reason];
    case 'same':
      return [urls(entry.before)];
    case 'added':
      return [urls(entry.after), ...extras(entry.after, null)];
    case 'changed':
      return [urls(entry.after), ...extras(entry.after, entry.before)];
    case 'conflict': {
      const { before, after } = entry;
      return [`has ${urls(before) || 'no backend'}`, `asks for ${urls(after) || 'no backend'}`];
    }
  }
}

const urls = ({ backends }: Content): string => backends.map(withoutUserinfo).join(', ');

/** Identifier and options, where they are not what was there. */
function extras(after: Content, before: Content | null): readonly string[] {
  const words = (content: Content | null): string =>
    optionWords(content?.options ?? defaultOptions).join(', ') || 'none';
  const isOther =
    JSON.stringify(after.options) !== JSON.stringify(before?.options ?? defaultOptions);
  return [
    ...(before !== null && before.identifier !== after.identifier
      ? [`identifier ${JSON.stringify(before.identifier)} → ${JSON.stringify(after.identifier)}`]
      : []),
    ...(isOther ? [`options ${before === null ? '' : `${words(before)} → `}${words(after)}`] : []),
  ];
}

/** What of a document is not imported, each on a line. */
export function problemLines(
  problems: readonly Problem[],
  more: number,
  what: string,
): readonly string[] {
  return [
    ...problems.map(({ line, text }) =>
      oneLine(`${what}${line === null ? '' : `, line ${line}`}: ${text}`),
    ),
    ...(more === 0 ? [] : [`${what}: ${counted(more, 'further problem')}`]),
  ];
}
