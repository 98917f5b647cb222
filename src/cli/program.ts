import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exitCodes, exitMeanings } from '../shared/exitCodes.ts';
import { version } from '../shared/version.ts';
import type { Output } from './world.ts';

/** What a command line asks for. */
export type Invocation =
  /** Help, the version or a complaint has been written: only the exit code is left. */
  | { readonly kind: 'done'; readonly exitCode: number }
  | {
      readonly kind: 'run';
      /** What `--config` names. */
      readonly file: string | null;
      /** Check the configuration and print it, instead of starting. */
      readonly dry: boolean;
      /** Whether the desktop was asked for: nothing on the command line says otherwise. */
      readonly desktop: boolean;
    };

const maxColumns = 80;

const afterHelp = `
Examples:
  berth --headless                  with nothing installed: an embedded store
  berth --headless -c config.json   with a configuration file of Hipache
  berth --dry -c config.json        check the file and print what it comes to
  redis-cli -p 6390 rpush frontend:app.localhost app http://127.0.0.1:3000
                                    give a server the name app.localhost

Signals:
  SIGTERM, SIGINT  finish what runs, then stop; a second one stops at once
  SIGHUP           read the configuration and the certificates again
  SIGUSR1          reopen the access log

Environment:
  SETTINGS_FLAVOR  reads config/config_<flavor>.json when --config is not given
  BERTH_HOME       one directory for data, state and sockets
  NO_COLOR         no colours

Exit codes:
${Object.values(exitCodes)
  .map((code) => `  ${code}  ${exitMeanings[code]}`)
  .join('\n')}

docs/CONFIG.md lists every key of the configuration file.`;

/** Reads a command line. Help and version go to `stdout`, complaints to `stderr`. */
export function readCommandLine(
  argv: readonly string[],
  { stdout, stderr }: { readonly stdout: Output; readonly stderr: Output },
): Invocation {
  const program = new Command('berth')
    .description(
      'Gives every dev server and container on a machine a name: a reverse proxy that\nspeaks the language of Hipache, on Redis or on an embedded store.',
    )
    .usage('[options]')
    .option('--headless', 'run without the desktop window')
    .option('-c, --config <file>', 'configuration file (default: config/config.json)', filePath)
    .option('-d, --dry', 'check the configuration, print it with secrets hidden, exit')
    .version(version, '-v, --version', 'print the version, exit')
    .helpOption('-h, --help', 'print this help, exit')
    .addHelpText('after', afterHelp)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) =>
        write(
          `${text.replace(/^error: /, 'berth: ').trimEnd()}\nberth --help lists what there is\n`,
        ),
      getOutHelpWidth: () => Math.min(stdout.columns ?? maxColumns, maxColumns),
      getErrHelpWidth: () => maxColumns,
    });
  try {
    program.parse(argv, { from: 'user' });
    const [verb] = program.args;
    if (verb !== undefined) program.error(`error: unknown command '${verb}'`);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'done', exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  const { headless, config, dry } = program.opts<{
    headless?: true;
    config?: string;
    dry?: true;
  }>();
  return {
    kind: 'run',
    file: config ?? null,
    dry: dry === true,
    // Hipache's own invocations (-c FILE, -d) never meant a window.
    desktop: headless === undefined && config === undefined && dry === undefined,
  };
}

function filePath(value: string): string {
  if (value === '') throw new InvalidArgumentError('It takes the path of a file.');
  return value;
}
