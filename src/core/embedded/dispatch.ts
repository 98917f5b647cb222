import { arityFits, type DataCommand } from './commands/command.ts';
import { dataCommands } from './commands/index.ts';
import { CommandError, wrongArity } from './reply.ts';
import { sessionCommands } from './session/index.ts';
import type { SessionCommand } from './session/session.ts';

/** What a client asks for, found and checked as far as its words alone tell. */
export type Request =
  | { readonly kind: 'data'; readonly command: DataCommand; readonly words: readonly string[] }
  | {
      readonly kind: 'session';
      readonly command: SessionCommand;
      readonly words: readonly string[];
    };

const whileListening = new Set([
  ...['subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe'],
  ...['ping', 'quit', 'reset'],
]);

/** Bytes of a word that an error repeats. */
const longest = 128;

const cString = (word: string): string => (word.split('\0', 1)[0] ?? '').slice(0, longest);

function checkSubcommand(
  family: string,
  name: string,
  arities: Readonly<Record<string, number>>,
  words: number,
): void {
  const lower = name.toLowerCase();
  const arity = Object.hasOwn(arities, lower) ? arities[lower] : undefined;
  if (arity === undefined) {
    throw new CommandError(
      `ERR unknown subcommand '${cString(name)}'. Try ${family.toUpperCase()} HELP.`,
    );
  }
  if (!arityFits(arity, words)) throw wrongArity(`${family}|${lower}`);
}

/**
 * Finds the command that the words name.
 *
 * @param isListening whether the client is subscribed to something: then little else is allowed in RESP2
 * @throws CommandError as Redis words it: unknown command, wrong arity, unknown subcommand, not in this state
 */
export function requestOf(words: readonly string[], isListening: boolean): Request {
  const [typed = ''] = words;
  const name = typed.toLowerCase();
  const data = dataCommands.get(name);
  const command = sessionCommands.get(name);
  const arity = (data ?? command)?.arity;
  if (arity === undefined) throw unknownCommand(typed, words.slice(1));
  if (!arityFits(arity, words.length)) throw wrongArity(name);
  if (command !== undefined && command.subcommands !== null && words.length > 1) {
    checkSubcommand(name, words[1] ?? '', command.subcommands, words.length);
  }
  if (isListening && !whileListening.has(name)) {
    throw new CommandError(
      `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
    );
  }
  if (data !== undefined) return { kind: 'data', command: data, words };
  if (command !== undefined) return { kind: 'session', command, words };
  throw unknownCommand(typed, words.slice(1));
}

function unknownCommand(name: string, args: readonly string[]): CommandError {
  const shown = args
    .map((word) => `'${cString(word)}' `)
    .join('')
    .slice(0, longest);
  return new CommandError(
    `ERR unknown command '${cString(name)}', with args beginning with: ${shown}`,
  );
}
