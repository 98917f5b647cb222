import type { BerthError } from '../shared/errors.ts';
import type { Log, LogLevel } from '../shared/messages.ts';
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
  // https://no-color.org: any value but the empty one.
  const coloured = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const log: Log = (level, message) => {
    if (level === 'debug' && !debug()) return;
    const word = words[level];
    const head = coloured && word !== '' ? `${colours[level]}${word}${plain}` : word;
    output.write(`berth: ${head}${printable(message)}\n`);
  };
  return {
    say: (line) => void output.write(`${printable(line)}\n`),
    log,
    error: (error) => {
      if (isBerthError(error)) log('error', `${error.message}\n${error.advice} [${error.code}]`);
      else log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    },
  };
}

/** Names of hosts and files come from outside: no escape sequence of theirs reaches a terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** By shape, not by class: an error may have crossed from another bundle. */
export function isBerthError(error: unknown): error is BerthError {
  return error instanceof Error && error.name === 'BerthError' && 'code' in error;
}
