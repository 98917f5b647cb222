import type { Command } from './advice.ts';
import { shorten, wrap } from './text.ts';
import type { ErrorView } from './view.ts';

/** Columns of a plain answer: what the narrowest usual terminal shows. */
const width = 80;
const indent = '  ';

/** An error as a few lines of at most 80 columns. */
export function errorText(view: ErrorView): string {
  const { host, frontend, lookedFor, attempts, advice } = view;
  const facts = [
    ...(host === '' ? [] : column('host', [host])),
    ...(frontend === null ? [] : column('frontend', [frontend])),
    ...column('looked for', lookedFor),
    ...column(
      'tried',
      attempts.map(({ words }) => words),
    ),
  ];
  return paragraphs([
    wrap(`${view.status} ${view.reason}: ${view.title}`, width),
    view.detail === '' ? [] : wrap(view.detail, width),
    facts,
    wrap(advice.sentence, width),
    advice.command === null ? [] : commandLines(advice.command),
    [view.code],
  ]);
}

/** Paragraphs with an empty line between; empty ones are left out. */
export function paragraphs(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const nameWidth = 12;

/** A named fact, its further values below the first. */
export function column(name: string, values: readonly string[]): readonly string[] {
  return values.map(
    (value, at) =>
      indent +
      (at === 0 ? name : '').padEnd(nameWidth) +
      shorten(value, width - indent.length - nameWidth),
  );
}

/**
 * What a command is for, and the command in both its ways, each broken so that a shell reads it as one. A way is left
 * out when a word of it does not fit into a line: broken inside, it could not be copied.
 */
export function commandLines({ purpose, line, redis }: Command): readonly string[] {
  const first = shellLines(line);
  const second = redis === null ? [] : shellLines(redis);
  if (first.length === 0) return [];
  return [
    ...wrap(`${purpose}:`, width),
    ...first,
    ...(second.length === 0 ? [] : ['or:', ...second]),
  ];
}

function shellLines(command: string): readonly string[] {
  const room = width - indent.length - ' \\'.length;
  if (command.split(' ').some((word) => word.length > room)) return [];
  const lines = wrap(command, room);
  return lines.map((line, at) => `${indent}${line}${at < lines.length - 1 ? ' \\' : ''}`);
}
