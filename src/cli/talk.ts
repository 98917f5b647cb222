import type { BerthError } from '../shared/errors.ts';
import { escapeUnseen } from '../shared/escapeUnseen.ts';
import type { Log, LogLevel } from '../shared/messages.ts';
import { isColoured } from './render/style.ts';
import { printable } from './render/text.ts';
import type { Output } from './world.ts';

/** Speaks to a person on standard error, in whole lines. */
export interface Talk {
  say(line: string): void;
  /** A line of the running instance; `debug` ones only where they were asked for. */
  readonly log: Log;
  /** An error of the catalogue with its advice, or anything else with its stack: that is a fault of ours. */
  error(error: unknown): void;
}

const colours: Readonly<Record<LogLevel, string>> = {
  debug: '\u001b[2m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const plain = '\u001b[0m';
const words: Readonly<Record<LogLevel, string>> = {
  debug: 'debug: ',
  info: '',
  warn: 'warning: ',
  error: 'error: ',
};

export interface TalkOptions {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `debug` lines are said; asked anew for each. */
  readonly debug: () => boolean;
}

export function createTalk({ output, env, debug }: TalkOptions): Talk {
  const coloured = isColoured(output, env);
  const write = (level: LogLevel, text: string): void => {
    const word = words[level];
    const head = coloured && word !== '' ? `${colours[level]}${word}${plain}` : word;
    output.write(`berth: ${head}${text}\n`);
  };
  return {
    say: (line) => void output.write(`${printable(line)}\n`),
    log: (level, message) => {
      if (level === 'debug' && !debug()) return;
      // It may quote names of the store: what follows a line end in one must not look like a line of ours.
      write(level, escapeUnseen(printable(message)).replaceAll('\n', '\n  '));
    },
    error: (error) => {
      const text = isBerthError(error)
        ? `${error.message}\n${error.advice} [${error.code}]`
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
      write('error', printable(text));
    },
  };
}

/** By shape, not by class: an error may have crossed from another bundle. */
export function isBerthError(error: unknown): error is BerthError {
  return error instanceof Error && error.name === 'BerthError' && 'code' in error;
}
