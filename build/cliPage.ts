import type { Command } from 'commander';
import { commonOptions } from '../src/cli/commands/declare.ts';
import { createProgram } from '../src/cli/program.ts';
import { exitCodes, exitMeanings } from '../src/shared/exitCodes.ts';
import { generated, table } from './page.ts';

/** docs/CLI.md: what `--help` prints, of all verbs. */
export function cliPage(): string {
  let written = '';
  const output = { write: (text: string) => (written += text) };
  const program = createProgram({ stdout: output, stderr: output }, () => {});
  const helpOf = (verb: Command): string => {
    written = '';
    verb.outputHelp();
    return written.trim();
  };
  return `${generated}

# Command line

\`berth\` alone starts the desktop app, \`berth --headless\` an instance without it. Every verb but \`config\`, \`service\`
and \`store\` talks to the instance that runs for the same user, headless or desktop alike, over its
[control socket](CONTROL.md); \`BERTH_HOME\` names another.

- Standard output is data, standard error is talk: what a verb prints can go into a pipe.
- \`--json\` prints one JSON document, or one a line for what goes on (\`logs\`, \`events\`, \`--watch\`). Each has \`schema\`: it
  grows when a field changes its meaning or goes. Fields may be added at any time.
- Colours and cursor movements are for terminals alone. \`NO_COLOR\` forbids colours, \`FORCE_COLOR\` demands them.
- Nothing asks back, but a long change of the machine at a terminal ([NAMES.md](NAMES.md#the-ways)), and what asks for the
  rights of an administrator.
- Durations are written as \`500ms\`, \`30s\`, \`5m\` or \`1h\`; a backend as a URL, \`host:port\`, or the port of a server on
  this machine.
- The language of \`--filter\` is that of [FILTER.md](FILTER.md).

## Exit codes

${table(
  ['Code', 'Meaning'],
  [
    ...Object.values(exitCodes).map((code) => [String(code), exitMeanings[code]]),
    ['130', 'ended by Ctrl-C'],
    ['143', 'ended by SIGTERM'],
  ],
)}

## berth

${block(helpOf(program))}

Options that every verb has:

${table(
  ['Option', 'Meaning'],
  sharedOptions(program).map(({ flags, description }) => [`\`${flags}\``, description]),
)}

${verbsOf(program)
  .map((verb) => `## ${nameOf(verb)}\n\n${block(withoutCommonOptions(helpOf(verb)))}`)
  .join('\n\n')}
`;
}

/** Each verb before those under it. */
function verbsOf(parent: Command): readonly Command[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((verb) => verb.name() !== 'help')
    .flatMap((verb) => [verb, ...verbsOf(verb)]);
}

function sharedOptions(program: Command) {
  return (
    program.commands[0]?.options.filter(
      ({ helpGroupHeading }) => helpGroupHeading === commonOptions,
    ) ?? []
  );
}

/** They stand at the top of the page, and in front of the examples of each help text. */
const withoutCommonOptions = (help: string): string =>
  help.replace(new RegExp(`${commonOptions}\n(?: .*\n)+\n?`), '');

const nameOf = (verb: Command): string =>
  verb.parent === null ? verb.name() : `${nameOf(verb.parent)} ${verb.name()}`;

const block = (text: string): string => `\`\`\`\n${text.trim()}\n\`\`\``;
