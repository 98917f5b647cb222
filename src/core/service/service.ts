import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBoundedBytes, reasonOf } from '../config/readFile.ts';
import { makeDirectory } from '../system/makeDirectory.ts';
import { writeWhole } from '../system/writeWhole.ts';
import type { ServiceCommand, ServiceManager, ServiceState } from './manager.ts';
import type { Ran, RunProgram } from './run.ts';
import { readMark, type ServiceSpec } from './spec.ts';

export interface ServiceDeps {
  readonly manager: ServiceManager;
  readonly run: RunProgram;
  /** Told of each command before it runs. */
  readonly running: (argv: readonly string[]) => void;
}

/** What is installed, and how it is. */
export interface ServiceStatus {
  readonly path: string;
  readonly installed: boolean;
  /** The options of the file; null when there is none, or somebody else made it. */
  readonly spec: ServiceSpec | null;
  readonly state: ServiceState;
  /** Programs that the file names and that are gone. */
  readonly gone: readonly string[];
}

/**
 * Writes the file and hands it to the service manager. When that refuses, the file is as it was.
 *
 * @returns false when exactly this was installed already
 * @throws BerthError BERTH_SERVICE_UNAVAILABLE, BERTH_FILE_UNUSABLE, BERTH_INPUT_INVALID
 */
export async function installService(spec: ServiceSpec, deps: ServiceDeps): Promise<boolean> {
  const { manager } = deps;
  const data = manager.encode(manager.file(spec));
  const before = await present(manager);
  await available(deps);
  const isSame = before?.equals(data) === true;
  if (!isSame) {
    await directoryOf(manager.path);
    await writeWhole(manager.path, data);
  }
  try {
    const there = before === null ? 'nothing' : isSame ? 'same' : 'other';
    for (const command of manager.install(there)) await must(command, deps);
  } catch (error) {
    if (before === null) await rm(manager.path, { force: true });
    else await writeWhole(manager.path, before);
    throw error;
  }
  return !isSame;
}

/**
 * Stops the service and removes its file.
 *
 * @returns false when none was installed
 * @throws BerthError BERTH_SERVICE_UNAVAILABLE, BERTH_FILE_UNUSABLE
 */
export async function uninstallService(deps: ServiceDeps): Promise<boolean> {
  const { manager } = deps;
  if ((await present(manager)) === null) return false;
  await available(deps);
  for (const command of manager.uninstall.before) await must(command, deps);
  await rm(manager.path, { force: true }).catch((cause: unknown) => {
    throw unusable(manager.path, cause);
  });
  for (const command of manager.uninstall.after) await must(command, deps);
  return true;
}

/** @throws BerthError BERTH_SERVICE_UNAVAILABLE when a service is installed and its manager cannot be asked */
export async function serviceStatus({
  manager,
  run,
}: Omit<ServiceDeps, 'running'>): Promise<ServiceStatus> {
  const { path } = manager;
  const data = await bytesOf(path);
  if (data === null) {
    const state = { running: false, enabled: false, pid: null, state: 'not installed' };
    return { path, installed: false, spec: null, state, gone: [] };
  }
  const spec = readMark(decode(data));
  const ran = await run(manager.query.argv[0], manager.query.argv.slice(1));
  refuseUnavailable(ran, manager.query, manager);
  return {
    path,
    installed: true,
    spec,
    state: manager.read(ran.kind === 'done' ? ran : { exitCode: 1, stdout: '' }),
    gone: await missing(spec === null ? [] : [spec.node, spec.program]),
  };
}

/** Our own file, as it is; null when there is none. @throws BerthError for one that somebody else made */
async function present({ path }: ServiceManager): Promise<Buffer | null> {
  const data = await bytesOf(path);
  if (data === null || readMark(decode(data)) !== null) return data;
  throw new BerthError(
    'BERTH_FILE_UNUSABLE',
    `${path} was not made by "berth service install"; move it away first`,
  );
}

/** The file of Windows is UTF-16, and all else UTF-8. */
const decode = (data: Buffer): string =>
  data[0] === 0xff && data[1] === 0xfe ? data.toString('utf16le') : data.toString('utf8');

async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    return await readBoundedBytes(path, limits.maxConfigBytes);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(cause) ?? '')) return null;
    throw unusable(path, cause);
  }
}

async function directoryOf(path: string): Promise<void> {
  await makeDirectory(dirname(path), { mode: 0o700 }).catch((cause: unknown) => {
    throw unusable(dirname(path), cause);
  });
}

async function missing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        (error: unknown) => errnoOf(error) !== 'ENOENT',
      ),
    ),
  );
  return paths.filter((_path, at) => found[at] === false);
}

/** Asks the manager something that changes nothing, so that what cannot work is refused before a file is written. */
async function available({ manager, run }: ServiceDeps): Promise<void> {
  const { check } = manager;
  const ran = await run(check.argv[0], check.argv.slice(1));
  refuseUnavailable(ran, check, manager);
}

async function must(
  command: ServiceCommand,
  { manager, run, running }: ServiceDeps,
): Promise<void> {
  const { argv, mayFail = false } = command;
  running(argv);
  const ran = await run(argv[0], argv.slice(1));
  refuseUnavailable(ran, command, manager);
  if (mayFail || ran.kind === 'missing' || ran.exitCode === 0) return;
  const said = ran.stderr.trim() || ran.stdout.trim() || `it ended with ${ran.exitCode}`;
  throw new BerthError('BERTH_SERVICE_UNAVAILABLE', `${argv.join(' ')}: ${said}`);
}

function refuseUnavailable(ran: Ran, { argv }: ServiceCommand, manager: ServiceManager): void {
  if (ran.kind === 'missing') {
    throw new BerthError(
      'BERTH_SERVICE_UNAVAILABLE',
      `there is no ${argv[0]} here; start "berth --headless" with what starts programs on this system`,
    );
  }
  const why = ran.exitCode === 0 ? null : manager.unavailable(ran.stderr);
  if (why !== null) throw new BerthError('BERTH_SERVICE_UNAVAILABLE', why);
}

const unusable = (path: string, cause: unknown): BerthError =>
  new BerthError('BERTH_FILE_UNUSABLE', `${path}: ${reasonOf(cause)}`, { cause });
