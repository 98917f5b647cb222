import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadConfig, type ReadConfig } from '../../core/config/load.ts';
import {
  allChecks,
  askStore,
  createDoctorContext,
  type InstanceQuestions,
  inOrder,
  lookAtNames,
  lookAtTrust,
  reachStore,
  runChecks,
  shakeHands,
  thisMachine,
  thisProgram,
} from '../../core/doctor/index.ts';
import { directoriesFor } from '../../core/system/directories.ts';
import type { CheckOutcome } from '../../shared/contract/doctor.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Api, Context } from '../context.ts';
import { groupLine, outcomeLines, summaryLine } from '../render/doctor.ts';
import type { World } from '../world.ts';

export interface DoctorInput {
  /** Also the evidence of what is well. */
  readonly all: boolean;
  /** The configuration that is looked at while no instance runs; null for the one that a start would read. */
  readonly config: string | null;
}

/** `berth doctor`: outcomes in the order of the checks, each as soon as those before it are there. */
export async function doctor(input: DoctorInput, context: Context): Promise<number> {
  const { output, world, signal } = context;
  const { api, away } = await instanceOf(context);
  const directories = directoriesFor(world);
  const machine = thisMachine(world);
  const now = (): number => performance.now();
  const checks = inOrder(allChecks);
  const done = new Map<string, CheckOutcome>();
  let printed = 0;
  let group = '';
  const print = (outcome: CheckOutcome): void => {
    if (output.json) {
      output.record({ kind: 'check', ...outcome });
      return;
    }
    if (outcome.group !== group) output.lines(groupLine(outcome, group === '', output.style));
    group = outcome.group;
    output.lines(outcomeLines(outcome, input.all, output));
  };
  const counts = await runChecks({
    checks,
    signal,
    now,
    context: createDoctorContext({
      machine,
      directories,
      instance: api === null ? null : questionsFor(api),
      away,
      program: thisProgram(),
      readConfiguration: () => configurationOf(api, input.config, world),
      served: null,
      reachStore: (config) => reachStore(config, directories, world.platform),
      askStore: (store) => askStore(store, now, machine.wallClock),
      shakeHands,
      lookAtNames: (names) => lookAtNames(machine, directories.data, names),
      lookAtTrust: (needed) => lookAtTrust(machine, directories.data, needed),
    }),
    tell: (event) => {
      if (event.kind !== 'outcome') return;
      done.set(event.outcome.id, event.outcome);
      for (;;) {
        const next = done.get(checks[printed]?.id ?? '');
        if (next === undefined) return;
        printed++;
        print(next);
      }
    },
  });
  if (output.json) output.record({ kind: 'summary', ...counts });
  else output.say(summaryLine(counts));
  return counts.problem > 0 ? exitCodes.unhealthy : exitCodes.ok;
}

/** The instance, or what a connection to it was refused with. */
async function instanceOf({
  client,
}: Context): Promise<{ readonly api: Api | null; readonly away: Error | null }> {
  try {
    return { api: await client(), away: null };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return { api: null, away: error };
  }
}

const questionsFor = ({ instance, hosts, containers, certificates }: Api): InstanceQuestions => ({
  status: () => instance.status(),
  hosts: () => hosts.list(),
  containers: () => containers.list(),
  certificates: () => certificates.list(),
  try: (name) => instance.try({ name }),
});

/** The file of the running instance, or the one that a start would read. */
async function configurationOf(
  api: Api | null,
  named: string | null,
  world: World,
): Promise<ReadConfig> {
  const directories = directoriesFor(world);
  const inputs = { ...world, directories };
  if (api === null) return await loadConfig({ ...inputs, file: named });
  const { file } = await api.settings.get();
  // Berth's own is not named, so that its defaults hold; nothing of Hipache's lies where it does.
  return file === join(directories.config, 'berth.json')
    ? await loadConfig({ ...inputs, file: null, cwd: directories.config, env: {} })
    : await loadConfig({ ...inputs, file });
}
