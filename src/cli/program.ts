import { Command, CommanderError, Option } from 'commander';
import type { InstanceStatus } from '../shared/contract/instance.ts';
import { exitCodes, exitMeanings } from '../shared/exitCodes.ts';
import { version } from '../shared/version.ts';
import { filePath } from './arguments/parsers.ts';
import { declareContainerVerbs } from './commands/containers.ts';
import { type Choose, type Chosen, maxColumns } from './commands/declare.ts';
import { declareDoctorVerb } from './commands/doctor.ts';
import { declareHealthVerbs } from './commands/health.ts';
import { declareHelpVerb, refuseVerb } from './commands/help.ts';
import { declareHostVerbs } from './commands/hosts.ts';
import { declareInstanceVerbs } from './commands/instance.ts';
import { declareNamesVerbs } from './commands/names.ts';
import { declarePortsVerb } from './commands/ports.ts';
import { declareServiceVerbs } from './commands/service.ts';
import { declareSetupVerb } from './commands/setup.ts';
import { declareShellVerbs } from './commands/shell.ts';
import { declareTrafficVerbs } from './commands/traffic.ts';
import { declareTransferVerbs } from './commands/transfer.ts';
import { declareTrustVerbs } from './commands/trust.ts';
import { complaint } from './complaint.ts';
import { stopCodes } from './signals.ts';
import type { Output } from './world.ts';

/** What a command line asks for. */
export type Invocation =
  /** Help, the version or a complaint has been written: only the exit code is left. */
  | { readonly kind: 'done'; readonly exitCode: number }
  /** A verb. */
  | ({ readonly kind: 'verb' } & Chosen)
  | {
      readonly kind: 'run';
      /** What `--config` names. */
      readonly file: string | null;
      /** Check the configuration and print it, instead of starting. */
      readonly dry: boolean;
      /** Whether the desktop was asked for: nothing on the command line says otherwise. */
      readonly desktop: boolean;
      /** Whom the instance works for: itself, or the desktop app that started it. */
      readonly mode: InstanceStatus['mode'];
    };

type Outputs = { readonly stdout: Output; readonly stderr: Output };

const afterHelp = `
Examples:
  berth --headless                  with nothing installed: an embedded store
  berth add app.localhost 3000      give the server on port 3000 a name
  berth logs -f                     see its requests
  berth --headless -c config.json   with a configuration file of Hipache
  berth --dry -c config.json        check the file and print what it comes to

berth VERB --help tells more of each verb.

Signals to an instance:
  SIGTERM, SIGINT  finish what runs, then stop; a second one stops at once
  SIGHUP           read the configuration and the certificates again
  SIGUSR1          reopen the access log

Environment:
  SETTINGS_FLAVOR  reads config/config_<flavor>.json when --config is not given
  BERTH_HOME       one directory for data, state and sockets
  NO_COLOR         no colours
  FORCE_COLOR      colours also where there is no terminal

Exit codes:
${[
  ...Object.values(exitCodes).map((code) => [code, exitMeanings[code]]),
  [stopCodes.SIGINT, 'ended by Ctrl-C'],
  [stopCodes.SIGTERM, 'ended by SIGTERM'],
]
  .map(([code, meaning]) => `${String(code).padStart(5)}  ${meaning}`)
  .join('\n')}

docs/CLI.md has all of this, docs/CONFIG.md every key of the configuration file.`;

/** Everything that a command line may hold. `choose` is told which verb one chose; without any, the options are left. */
export function createProgram({ stdout, stderr }: Outputs, choose: Choose): Command {
  const program = new Command('berth')
    .description(
      'Gives every dev server and container on a machine a name: a reverse proxy that\nspeaks the language of Hipache, on Redis or on an embedded store.',
    )
    .usage('[options] [verb]')
    .option('--headless', 'run without the desktop window')
    .option('-c, --config <file>', 'configuration file (default: config/config.json)', filePath)
    .option('-d, --dry', 'check the configuration, print it with secrets hidden, exit')
    .version(version, '-v, --version', 'print the version, exit')
    .helpOption('-h, --help', 'print this help, exit')
    .addOption(new Option('--for-desktop').hideHelp())
    .addOption(new Option('--json').hideHelp())
    .addOption(new Option('-q, --quiet').hideHelp())
    .addOption(new Option('--verbose').hideHelp())
    .addHelpText('after', afterHelp)
    .showHelpAfterError('berth --help lists what there is')
    .allowExcessArguments()
    // What stands behind a verb belongs to it.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm: (verb) => verb.name() })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(`${complaint(text)}\n`),
      getOutHelpWidth: () => Math.min(stdout.columns ?? maxColumns, maxColumns),
      getErrHelpWidth: () => maxColumns,
    });
  declareHostVerbs(program, choose);
  declareContainerVerbs(program, choose);
  declarePortsVerb(program, choose);
  declareTrafficVerbs(program, choose);
  declareHealthVerbs(program, choose);
  declareDoctorVerb(program, choose);
  declareSetupVerb(program, choose);
  declareNamesVerbs(program, choose);
  declareTrustVerbs(program, choose);
  declareInstanceVerbs(program, choose);
  declareServiceVerbs(program, choose);
  declareTransferVerbs(program, choose);
  declareShellVerbs(program, choose);
  declareHelpVerb(program);
  // `berth help VERB` is enough, and a host may be called help.
  for (const verb of program.commands) verb.helpCommand(false);
  // With an action of its own, commander leaves words that are no verb to it.
  program.action(() => {
    const [word] = program.args;
    if (word !== undefined) refuseVerb(program, word);
    const [option] = Object.keys(program.opts()).filter((name) => !isStartOption(name));
    if (option !== undefined) program.error(`error: --${option} goes with a verb`);
    const { headless, forDesktop } = program.opts<StartOptions>();
    if (forDesktop === true && headless === undefined) {
      program.error('error: --for-desktop goes with --headless');
    }
  });
  return program;
}

/** Reads a command line. Help and version go to `stdout`, complaints to `stderr`. */
export function readCommandLine(argv: readonly string[], outputs: Outputs): Invocation {
  const choices: Chosen[] = [];
  const program = createProgram(outputs, (verb) => choices.push(verb));
  try {
    program.parse(argv, { from: 'user' });
    const [chosen] = choices;
    if (chosen !== undefined) {
      refuseStartOptions(program, chosen);
      return { kind: 'verb', ...chosen };
    }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'done', exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  const { headless, config, dry, forDesktop } = program.opts<StartOptions>();
  return {
    kind: 'run',
    file: config ?? null,
    dry: dry === true,
    // Hipache's own invocations (-c FILE, -d) never meant a window.
    desktop: headless === undefined && config === undefined && dry === undefined,
    mode: forDesktop === true ? 'desktop' : 'headless',
  };
}

interface StartOptions {
  readonly headless?: true;
  readonly config?: string;
  readonly dry?: true;
  /** Internal: the desktop app starts its instance with it (docs/ARCHITECTURE.md). */
  readonly forDesktop?: true;
}

const isStartOption = (name: string): boolean =>
  ['headless', 'config', 'dry', 'forDesktop'].includes(name);

function refuseStartOptions(program: Command, { name }: Chosen): void {
  const [option] = Object.keys(program.opts()).filter(isStartOption);
  if (option !== undefined) {
    program.error(`error: --${kebab(option)} starts an instance, and does not go with '${name}'`);
  }
}

const kebab = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
