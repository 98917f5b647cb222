import { checkFiles } from '../core/config/files.ts';
import { type LoadInputs, loadConfig, type ReadConfig } from '../core/config/load.ts';
import { createReloads } from '../core/instance/reloads.ts';
import { type Directories, directoriesFor, ensureDirectories } from '../core/system/directories.ts';
import { planPrivileges, systemAccounts } from '../core/system/privileges.ts';
import type { Config } from '../shared/config/config.ts';
import type { InstanceStatus } from '../shared/contract/instance.ts';
import { BerthError } from '../shared/errors.ts';
import { exitCodeOf, exitCodes } from '../shared/exitCodes.ts';
import { limits } from '../shared/limits.ts';
import type { Log } from '../shared/messages.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import { hear } from './signals.ts';
import { startLines } from './startLines.ts';
import { createTalk, isBerthError } from './talk.ts';
import type { World } from './world.ts';

/** What the command line needs of a supervisor. */
export interface Instance {
  readonly listeners: readonly ListenerSpec[];
  readonly embedded: { readonly host: string; readonly port: number } | null;
  /** Where the access log is written: a default that cannot be may have moved. */
  readonly accessLog: string;
  /** Path of the control socket, and address of the dashboard; null for what there is not. */
  readonly control: { readonly socket: string | null; readonly dashboard: string | null };
  reload(config: Config): Promise<void>;
  reopenLogs(): Promise<void>;
  /** Finishes what runs, then ends. */
  stop(): Promise<void>;
  /** Ends at once. */
  kill(): void;
}

export type StartInstance = (options: {
  readonly config: Config;
  /** What it was read with. */
  readonly inputs: LoadInputs;
  readonly directories: Directories;
  readonly log: Log;
  /** Aborted by a stop: what takes long is then given up, by a rejection with the signal's reason. */
  readonly signal: AbortSignal;
  readonly mode: InstanceStatus['mode'];
  /** Reads the configuration again and goes over to it. */
  readonly reread: () => Promise<void>;
}) => Promise<Instance>;

/** The user id of whom root becomes; null when it stays. */
function ownerOf(config: Config, isRoot: boolean): number | null {
  const plan = planPrivileges(config, isRoot, systemAccounts);
  return plan.kind === 'drop' ? plan.identity.uid : null;
}

/**
 * Runs an instance until a signal ends it, or the parent leaves when there is a channel to one.
 *
 * @param file as `--config` names it; null looks for it
 * @param mode `desktop` for the one that the desktop app starts: beside a person's other programs, it takes fewer cores
 * @returns the exit code: 0 after a clean stop
 */
export async function runHeadless(
  { file, mode }: { readonly file: string | null; readonly mode: InstanceStatus['mode'] },
  world: World,
  start: StartInstance,
): Promise<number> {
  let current: Config | null = null;
  const talk = createTalk({
    output: world.stderr,
    env: world.env,
    debug: () => current?.server.debug === true,
  });
  // Heard from the first moment: a signal before the start is done must not be lost, and SIGUSR1 without a listener
  // would open Node's debugger.
  const heard = hear(world.signals);
  const unwanted = new AbortController();
  void heard.stop.then(() => unwanted.abort());
  try {
    const directories = directoriesFor(world);
    const cores =
      mode === 'desktop' ? Math.min(limits.maxDesktopWorkers, world.cores) : world.cores;
    const { env, cwd, isRoot } = world;
    const inputs: LoadInputs = { file, env, cwd, cores, directories, isRoot };
    const load = async (): Promise<ReadConfig> => {
      const read = await loadConfig(inputs);
      for (const warning of read.warnings) talk.log('warn', warning);
      await checkFiles(read.config, current);
      return read;
    };
    const { config } = await load();
    current = config;
    await ensureDirectories(directories, ownerOf(config, world.isRoot));

    let running: Instance | null = null;
    // Asked for by a signal or by the control plane, and never twice at once.
    const rereads = createReloads(async () => {
      if (running === null) {
        throw new BerthError('BERTH_CONTROL_UNUSABLE', 'the instance has not started yet');
      }
      const next = await load();
      await running.reload(next.config);
      current = next.config;
      talk.log('info', 'the configuration is read again');
    });
    const reread = (): Promise<void> => rereads.ask(undefined);

    const starting = start({
      config,
      inputs,
      directories,
      log: talk.log,
      signal: unwanted.signal,
      mode,
      reread,
    });
    const early = await Promise.race([starting.then(() => null), heard.killed]);
    if (early !== null) {
      // It is not known what has been started so far: the process ends, and everything it forked with it.
      starting.then(
        (instance) => instance.kill(),
        () => undefined,
      );
      return early;
    }
    const instance = await starting;
    running = instance;
    const byNpm = world.env['npm_lifecycle_event'] === 'start';
    for (const line of startLines({ config, instance, byNpm })) talk.say(line);

    heard.onReopen(() => instance.reopenLogs(), talk.error);
    heard.onReload(reread, (error) => {
      // What a stop cuts short has not failed.
      if (unwanted.signal.aborted) return;
      talk.error(error);
      talk.log('warn', 'the running configuration stays');
    });

    const stopped = heard.stop.then(async (signal): Promise<number> => {
      if (signal === 'disconnect') {
        instance.kill();
        return exitCodes.other;
      }
      heard.ignoreRequests();
      const { gracefulWait } = (current ?? config).server;
      talk.log('info', `stopping; requests have ${gracefulWait} s to finish`);
      await instance.stop();
      return exitCodes.ok;
    });
    const killed = heard.killed.then((exitCode) => {
      instance.kill();
      return exitCode;
    });
    return await Promise.race([stopped, killed]);
  } catch (error) {
    if (unwanted.signal.aborted && error === unwanted.signal.reason) {
      talk.log('info', 'stopped before it served');
      return (await heard.stop) === 'disconnect' ? exitCodes.other : exitCodes.ok;
    }
    talk.error(error);
    return isBerthError(error) ? exitCodeOf(error.code) : exitCodes.other;
  } finally {
    heard.deafen();
  }
}
