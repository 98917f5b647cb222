import { describeWhen } from './requirement.ts';
import { isPresent, isRequired, namespaceFlags, runtimes } from './runtimes.ts';

/** Says that this process is where a container engine harms nobody: in network, mounts and processes of its own. */
const mark = 'BERTH_TEST_NAMESPACE';

/**
 * What a command line needs before it to run in namespaces of its own: with `lo` up, no other network, and without the
 * sockets in /run of this machine's own engines. Its end is the end of everything that it started.
 */
export const inNamespace = (command: readonly string[]): readonly string[] => [
  'unshare',
  ...namespaceFlags,
  'sh',
  '-c',
  // The shell stays, as the one who takes in processes that lost their parent.
  `mount -t tmpfs tmpfs /run && ip link set lo up && ${mark}=1 "$@"; exit $?`,
  'sh',
  ...command,
];

/**
 * `describe` for tests that run a container engine, in test/containers/. They run with
 * `npm test -- --project containers`; elsewhere they are skipped, and the reason printed.
 */
export function describeWithEngine(title: string, body: () => void): void {
  const isThere = process.env[mark] === '1';
  const reason = isPresent('dockerd')
    ? 'needs namespaces of its own: npm test -- --project containers'
    : `not installed, or not as root. ${runtimes.dockerd.get}`;
  if (!isThere && isRequired('dockerd'))
    throw new Error(`BERTH_REQUIRE demands dockerd: ${reason}`);
  describeWhen(isThere, reason, title, body);
}

/** Arguments of vitest for the tests that run here, and for those that run in namespaces; null for none. */
export interface RunPlan {
  readonly here: readonly string[] | null;
  readonly apart: readonly string[] | null;
}

/**
 * The tests with a container engine run apart. Where there is none they run with the others, which skips them.
 *
 * @param args what was given for vitest: files, `--project=NAME`, `--project NAME`, other flags
 */
export function planRuns(args: readonly string[], hasEngine: boolean): RunPlan {
  const projects: string[] = [];
  const others: string[] = [];
  for (const [index, argument] of args.entries()) {
    if (argument === '--project') continue;
    const named = args[index - 1] === '--project' ? argument : argument.split('--project=')[1];
    if (named === undefined) others.push(argument);
    else projects.push(named);
  }
  if (!hasEngine) return { here: args, apart: null };
  const here = projects.filter((name) => name !== 'containers');
  const isAll = projects.length === 0;
  const chosen = isAll ? ['!containers'] : here;
  // A file that was named may be one of the other run.
  const flags = ['--passWithNoTests', ...others];
  return {
    here: chosen.length === 0 ? null : [...chosen.map((name) => `--project=${name}`), ...flags],
    apart: isAll || projects.length > here.length ? ['--project=containers', ...flags] : null,
  };
}
