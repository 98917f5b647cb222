import { escapeUnseen } from '../shared/escapeUnseen.ts';
import { createStyle, isColoured, type Style } from './render/style.ts';
import { printable } from './render/text.ts';
import type { Talk } from './talk.ts';
import type { World } from './world.ts';

/** Version of the JSON that verbs print; it grows when a field changes its meaning or goes. */
const jsonSchema = 1;

/** How a verb is to speak. */
export interface Manner {
  /** Data as JSON: one document, or one a line for streams. */
  readonly json: boolean;
  /** Only data and errors. */
  readonly quiet: boolean;
  /** Also what is of interest only when something goes wrong. */
  readonly verbose: boolean;
}

/** Where a verb puts what it has to say: data on standard output, talk on standard error. */
export interface Printer {
  readonly json: boolean;
  /** Colours of standard output. */
  readonly style: Style;
  /** Columns of the terminal that data goes to; null where there is none. Asked anew, since windows change. */
  readonly width: number | null;
  /** Whether data goes to a terminal that can be drawn on. */
  readonly isScreen: boolean;
  readonly height: number;
  /** Lines of data. They are printed as they are: whoever made them took out what a terminal must not see. */
  lines(lines: readonly string[]): void;
  /** Bytes for a screen. */
  draw(text: string): void;
  /** A document of data, over several lines. */
  document(fields: object): void;
  /** A line of a stream of data. */
  record(fields: object): void;
  /** Waits for a slow reader of the data. */
  drained(): Promise<void>;
  /** A line for a person: what was done, what comes next. */
  say(line: string): void;
  warn(line: string): void;
  /** A line for who asked with --verbose. */
  detail(line: string): void;
}

export function createPrinter(
  { stdout, env }: Pick<World, 'stdout' | 'env'>,
  talk: Talk,
  manner: Manner,
): Printer {
  const isScreen = stdout.isTTY === true && env['TERM'] !== 'dumb';
  return {
    json: manner.json,
    style: createStyle(isColoured(stdout, env)),
    get width() {
      return stdout.isTTY === true ? (stdout.columns ?? 80) : null;
    },
    isScreen,
    get height() {
      return stdout.rows ?? 24;
    },
    lines: (lines) => {
      if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
    },
    draw: (text) => void stdout.write(text),
    document: (fields) =>
      void stdout.write(
        `${escapeUnseen(JSON.stringify({ schema: jsonSchema, ...fields }, rounded, 2))}\n`,
      ),
    record: (fields) =>
      void stdout.write(
        `${escapeUnseen(JSON.stringify({ schema: jsonSchema, ...fields }, rounded))}\n`,
      ),
    drained: async () => await stdout.drained?.(),
    say: (line) => {
      if (!manner.quiet) talk.say(printable(line));
    },
    warn: (line) => {
      if (!manner.quiet) talk.log('warn', line);
    },
    detail: (line) => talk.log('debug', line),
  };
}

/** Milliseconds to the microsecond: what a clock counts behind that means nothing. */
const rounded = (key: string, value: unknown): unknown =>
  typeof value === 'number' && /(?:^ms|Ms|^p\d\d)$/.test(key)
    ? Math.round(value * 1000) / 1000
    : value;
