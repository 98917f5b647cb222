import { resolve } from 'node:path';
import {
  argvOf,
  installService,
  managerFor,
  runProgram,
  type ServiceManager,
  type ServiceSpec,
  serviceStatus,
  uninstallService,
} from '../../core/service/index.ts';
import { readSetupRecord } from '../../core/setup/index.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { checkConfiguration } from '../checkConfiguration.ts';
import type { Context } from '../context.ts';
import { oneLine, padEnd } from '../render/text.ts';
import type { World } from '../world.ts';

export interface ServiceInstallInput {
  /** Null: the one that a start here would read, if there is one. */
  readonly config: string | null;
  readonly dryRun: boolean;
}

/** `berth service install` */
export async function install(
  { config, dryRun }: ServiceInstallInput,
  { output, world }: Context,
): Promise<number> {
  const manager = managerOf(world);
  // What a start would refuse would be started again and again.
  const { config: checked } = await checkConfiguration(config, world, output.warn);
  const spec = specFor(checked.file, world);
  const { path } = manager;
  if (dryRun) {
    const text = manager.file(spec);
    const commands = manager.install('nothing').map(({ argv }) => [...argv]);
    if (output.json) output.document({ path, text, commands, dryRun });
    else {
      output.say(`${path} would be written:`);
      output.lines([text.trimEnd()]);
      output.say('Then these would run:');
      for (const argv of commands) output.say(`  ${shown(argv)}`);
    }
    return exitCodes.ok;
  }
  const commands: (readonly string[])[] = [];
  const isNew = await installService(spec, {
    manager,
    run: runProgram,
    running: (argv) => {
      commands.push(argv);
      if (!output.json) output.say(`> ${shown(argv)}`);
    },
  });
  if (output.json) output.document({ path, commands, dryRun, changed: isNew });
  else {
    output.say(`${isNew ? 'Wrote' : 'Nothing is new in'} ${path}`);
    output.say(`It starts ${shown(argvOf(spec))}`);
    output.say(manager.hint);
  }
  return exitCodes.ok;
}

/** `berth service uninstall` */
export async function uninstall(
  { dryRun }: { readonly dryRun: boolean },
  { output, world }: Context,
): Promise<number> {
  const manager = managerOf(world);
  const { path } = manager;
  if (dryRun) {
    const { before, after } = manager.uninstall;
    const commands = [...before, ...after].map(({ argv }) => [...argv]);
    if (output.json) output.document({ path, commands, dryRun });
    else {
      output.say(`${path} would be removed, with:`);
      for (const argv of commands) output.say(`  ${shown(argv)}`);
    }
    return exitCodes.ok;
  }
  const commands: (readonly string[])[] = [];
  const wasThere = await uninstallService({
    manager,
    run: runProgram,
    running: (argv) => {
      commands.push(argv);
      if (!output.json) output.say(`> ${shown(argv)}`);
    },
  });
  if (output.json) output.document({ path, commands, dryRun, changed: wasThere });
  else {
    output.say(wasThere ? `Removed ${path}` : 'The service is not installed');
    const isSetUp = await readSetupRecord(directoriesFor(world).data).catch(() => null);
    if (isSetUp !== null) {
      output.say(
        'This machine still finds its hosts and trusts its CA: "berth setup --undo" ends that.',
      );
    }
  }
  return exitCodes.ok;
}

/** `berth service status` */
export async function status(_input: object, { output, world }: Context): Promise<number> {
  const found = await serviceStatus({ manager: managerOf(world), run: runProgram });
  const { path, installed, spec, state, gone } = found;
  if (output.json) output.document({ ...found });
  else if (!installed) output.lines(['not installed']);
  else {
    const facts: readonly (readonly [string, string])[] = [
      ['service', state.running ? 'running' : 'not running'],
      ['state', state.pid === null ? state.state : `${state.state}, pid ${state.pid}`],
      ['at login', state.enabled ? 'starts' : 'does not start'],
      ['file', path],
      ...(spec === null
        ? [['options', 'unknown: somebody else made the file'] as const]
        : ([
            ['command', shown(argvOf(spec))],
            ['config', spec.config ?? 'none, with the defaults'],
            ['directory', spec.directory],
            ['BERTH_HOME', spec.home ?? 'not set'],
          ] as const)),
    ];
    const width = Math.max(...facts.map(([name]) => name.length));
    output.lines(
      facts.map(([name, text]) => `${output.style.quiet(padEnd(name, width))}  ${oneLine(text)}`),
    );
  }
  for (const one of gone) output.warn(`${one} is gone; run "berth service install" again`);
  return state.running ? exitCodes.ok : exitCodes.notRunning;
}

const managerOf = ({ platform, env, home }: World): ServiceManager =>
  managerFor({ platform, env, home, uid: process.getuid?.() ?? 0 });

function specFor(config: string | null, { cwd, env, home }: World): ServiceSpec {
  // The command line of an installed app is a script, without which its Electron would open a window.
  const launcher = process.versions['electron'] === undefined ? undefined : env['BERTH_LAUNCHER'];
  return {
    node: launcher === undefined ? process.execPath : '/bin/sh',
    program: launcher ?? resolve(process.argv[1] ?? 'berth'),
    config,
    home: env['BERTH_HOME'] || null,
    // Relative paths of a configuration begin where Berth is started.
    directory: config === null ? home : cwd,
  };
}

/** A command as one would type it. */
const shown = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word}'`)).join(' ');
