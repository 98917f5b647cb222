import { type Command, Option } from 'commander';
import type { Context, Run } from '../context.ts';
import type { Manner } from '../printer.ts';

/** A verb that a command line chose, with what it was given. */
export interface Chosen {
  /** As `health check`. */
  readonly name: string;
  readonly input: unknown;
  readonly manner: Manner;
  readonly run: Run;
}

/** Told what a command line chose; commander's actions call it while they parse. */
export type Choose = (chosen: Chosen) => void;

/** What a verb does with what it was given. Resolves to the exit code. */
export type Verb<Input> = (input: Input, context: Context) => Promise<number>;

export interface VerbText {
  /** Beside its name in the list of verbs. */
  readonly summary: string;
  /** Under its usage; the summary when left out. */
  readonly description?: string;
  /** Command lines, and what each does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Exit codes that mean something special here. */
  readonly exits?: string;
  readonly aliases?: readonly string[];
  /** Heading in the list of verbs. */
  readonly group: string;
}

/** Of a help text. */
export const maxColumns = 80;

/** Heading of the options that every verb has. */
export const commonOptions = 'Common options:';

/** Declares one verb: its name with its arguments, its own options by `own`, then those that every verb has. */
export function declareVerb(
  parent: Command,
  usage: string,
  text: VerbText,
  own: (verb: Command) => Command = (verb) => verb,
): Command {
  const verb = own(
    parent
      .command(usage)
      .summary(text.summary)
      .description(
        // Lines end where the help has them end.
        (
          text.description ?? `${text.summary[0]?.toUpperCase()}${text.summary.slice(1)}.`
        ).replaceAll(/(?<=\S)\n(?=\S)/g, ' '),
      )
      .aliases(text.aliases ?? [])
      .helpGroup(text.group),
  );
  const help = new Option('-h, --help', 'print this help').helpGroup(commonOptions);
  return verb
    .addOption(new Option('--json', 'data as JSON, for scripts').helpGroup(commonOptions))
    .addOption(new Option('-q, --quiet', 'say nothing but errors').helpGroup(commonOptions))
    .addOption(new Option('--verbose', 'say more on standard error').helpGroup(commonOptions))
    .addHelpOption(help)
    .addHelpText('after', () => helpEnd(text))
    .showHelpAfterError(helpAfterError(nameOf(verb), text));
}

/** Options that people try, and that a verb does not have: each is refused with what does that. */
export function guessOptions(verb: Command, guesses: Readonly<Record<string, string>>): Command {
  for (const [name, says] of Object.entries(guesses)) {
    verb.addOption(new Option(`--${name}`).hideHelp());
    verb.on(`option:${name}`, () => verb.error(`error: unknown option '--${name}'\n${says}`));
  }
  return verb;
}

/** Under what a command line lacks. */
const helpAfterError = (name: string, { examples: [first] }: VerbText): string =>
  `${first === undefined ? '' : `as in: ${first[0]}\n`}${name} --help lists what it takes`;

function helpEnd({ examples, exits }: VerbText): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const isShort = examples.every(([, meaning]) => 2 + width + 2 + meaning.length <= maxColumns);
  const lines = examples.flatMap(([line, meaning]) =>
    isShort ? [`  ${line.padEnd(width)}  ${meaning}`] : [`  ${line}`, `      ${meaning}`],
  );
  return ['', 'Examples:', ...lines, ...(exits === undefined ? [] : ['', exits])].join('\n');
}

/**
 * What a verb does when a command line chose it. Its code is loaded only then, so that starting an instance does not pay
 * for it.
 */
export function chooseVerb<Input>(
  choose: Choose,
  verb: Command,
  input: Input,
  load: () => Promise<Verb<Input>>,
): void {
  refuseExcess(verb);
  // They may stand before the verb too.
  const { json, quiet, verbose } = verb.optsWithGlobals<{
    json?: true;
    quiet?: true;
    verbose?: true;
  }>();
  choose({
    name: nameOf(verb).replace(/^berth /, ''),
    input,
    manner: { json: json === true, quiet: quiet === true, verbose: verbose === true },
    run: async (context) => (await load())(input, context),
  });
}

/** Ends with exit code 2 when there are more words than a verb takes: none is passed over in silence. */
function refuseExcess(verb: Command): void {
  const { registeredArguments: taken, args } = verb;
  const extra = args[taken.length];
  if (extra === undefined || taken.at(-1)?.variadic === true) return;
  const names = taken.map((argument) => argument.name()).join(' and ');
  // The one verb of which a host is expected as a word, and is a part of the filter.
  const isOption = verb.options.some(({ long }) => long === `--${extra}`);
  const hint =
    nameOf(verb) === 'berth logs'
      ? `\nFor one host: berth logs --filter host:${extra}`
      : isOption
        ? `\n(Did you mean ${nameOf(verb)} --${extra}?)`
        : '';
  verb.error(
    `error: '${extra}' is too much: ${nameOf(verb)} takes ${names === '' ? 'no argument' : `only ${names}`}${hint}`,
  );
}

/** As `berth health check`. */
function nameOf(verb: Command): string {
  return verb.parent === null ? verb.name() : `${nameOf(verb.parent)} ${verb.name()}`;
}
