import { shownStep } from '../../core/names/index.ts';
import {
  hasFreedPorts,
  outcomeOf,
  type PortStart,
  planPorts,
  portAdvice,
  proveSetup,
  type SetupDone,
  type SetupPlan,
} from '../../core/setup/index.ts';
import type { PortAdvice, SetupOutcome } from '../../shared/contract/setup.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import type { Printer } from '../printer.ts';
import { changeLines } from '../render/names.ts';
import { proofLines, setupDoneLines, setupPlanLines } from '../render/setup.ts';
import { createStyle } from '../render/style.ts';
import { madeFirst } from '../render/trust.ts';
import { openSetup, type SetupOfUser } from './setupHere.ts';
import { showChange } from './showChange.ts';

export interface SetupInput {
  /** Also that every user may listen on ports 80 and 443. */
  readonly ports: boolean;
  readonly dryRun: boolean;
}

/** `berth setup` */
export async function setup({ ports, dryRun }: SetupInput, context: Context): Promise<number> {
  const { output, hold } = context;
  const here = await openSetup(context);
  const { authority } = await here.trust.status({ prove: false });
  const plan = await here.setup.plan({ ports, makes: !dryRun });
  if (dryRun) {
    sayProblems(plan, output);
    const { makes } = plan.trust;
    if (output.json)
      output.document({ dryRun, hasAuthority: authority !== null, makes, ...shown(plan) });
    else {
      if (makes !== null) output.say(madeFirst(makes, here.certificate));
      else if (isEmpty(plan)) output.say(nothingToDo);
      output.lines(setupPlanLines(plan, output.style));
      if (!ports) await sayPorts(here, context);
    }
    return exitCodes.ok;
  }
  const release = hold();
  try {
    if (!output.json) {
      if (authority === null) output.say(`A CA is made: ${here.certificate}`);
      if (authority !== null && isEmpty(plan)) output.say(nothingToDo);
      // Shown to who is about to be asked for the rights.
      const lines = setupPlanLines(plan, createStyle(false));
      const dryRunToo = `berth setup ${ports ? '--ports ' : ''}--dry-run`;
      if (!(await showChange(lines, dryRunToo, context))) return exitCodes.other;
    }
    sayProblems(plan, output);
    const done = await here.setup.carry(plan);
    if (!output.json && !isEmpty(plan)) output.lines(setupDoneLines(done, output.style));
    if (here.api !== null) await takePorts(here.api, await here.portStart(), output);
    const listeners = here.api === null ? null : (await here.api.instance.status()).listeners;
    const proofs = await proveSetup({ ...here, listeners, now: context.now });
    const outcome = outcomeOf(proofs, here.api !== null);
    if (output.json) {
      const addresses = await portsOf(here, context);
      output.document({ dryRun, ...results(plan, done), proofs, outcome, ports: addresses });
    } else {
      output.lines(proofLines(proofs, output.style));
      sayByHand(done, output);
      // What is wrong is what was left, as a rule.
      const isLeft = commandsOf(done).length > 0;
      if (isLeft) output.say('Then run "berth setup" again: it tries everything.');
      sayAdvice(isLeft ? { ...outcome, command: null } : outcome, output);
      await sayPorts(here, context);
    }
    const code = exitCodeOfSetup(plan, done);
    return code === exitCodes.ok ? exitCodeOfOutcome(outcome, here.api !== null) : code;
  } finally {
    release();
  }
}

/** Has the instance listen where it was not allowed to before. */
async function takePorts(
  { instance }: NonNullable<SetupOfUser['api']>,
  start: PortStart,
  output: Printer,
): Promise<void> {
  const { notices } = await instance.status();
  if (!hasFreedPorts(notices, start)) return;
  try {
    await instance.reload();
  } catch (error) {
    output.warn(
      `the instance does not take the ports: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** `berth setup --undo` */
export async function undo(
  { dryRun }: { readonly dryRun: boolean },
  context: Context,
): Promise<number> {
  const { output, hold } = context;
  const here = await openSetup(context);
  const plan = await here.setup.planUndo();
  sayProblems(plan, output);
  if (dryRun) {
    if (output.json) output.document({ dryRun, ...shown(plan) });
    else {
      if (isEmpty(plan)) output.say(nothingLeft);
      output.lines(setupPlanLines(plan, output.style));
    }
    return exitCodes.ok;
  }
  const release = hold();
  try {
    if (!output.json) {
      if (isEmpty(plan)) output.say(nothingLeft);
      const lines = setupPlanLines(plan, createStyle(false));
      const isMeant = await showChange(lines, 'berth setup --undo --dry-run', context);
      if (!isMeant) return exitCodes.other;
    }
    if (here.keepsHostsFile) {
      // Else the instance would write them again.
      if (here.api === null) output.warn(keptHere);
      else await here.api.settings.set({ patch: { names: { hostsFile: null } } });
    }
    const done = await here.setup.undo(plan);
    if (output.json) output.document({ dryRun, ...results(plan, done) });
    else {
      if (!isEmpty(plan)) output.lines(setupDoneLines(done, output.style));
      sayByHand(done, output);
    }
    return exitCodeOfSetup(plan, done);
  } finally {
    release();
  }
}

const nothingToDo = 'There is nothing to do: all is so already.';
const nothingLeft = 'There is nothing to take back: the machine knows nothing of Berth.';
const keptHere =
  'an instance that starts here writes the hosts file again: its configuration has names.hostsFile';

const isEmpty = ({ steps, stores }: SetupPlan): boolean =>
  steps.length === 0 && stores.every((store) => store.steps.length === 0);

const shown = ({ steps, problems, byHand, stores }: SetupPlan) => ({
  steps: steps.map(shownStep),
  problems,
  byHand,
  stores,
});

const results = ({ problems }: SetupPlan, { names, trust }: SetupDone) => ({
  results: names.results.map(({ step, status, reason }) => ({
    step: shownStep(step),
    status,
    reason,
  })),
  problems,
  stores: trust,
  byHand: commandsOf({ names, trust }),
});

function sayProblems({ problems }: SetupPlan, output: Printer): void {
  for (const problem of problems) output.warn(problem);
}

/** What is left to a person, each once: what needs the rights is in one command. */
const commandsOf = ({ names, trust }: SetupDone): readonly string[] => [
  ...new Set(
    [names.byHand, ...trust.map(({ command }) => command)].filter((command) => command !== null),
  ),
];

function sayByHand(done: SetupDone, output: Printer): void {
  const commands = commandsOf(done);
  if (commands.length === 0) return;
  output.say('To be run by you:');
  for (const command of commands) output.say(`  ${command}`);
}

function exitCodeOfSetup({ problems }: SetupPlan, { names, trust }: SetupDone): number {
  const has = (outcome: SetupDone['trust'][number]['outcome']): boolean =>
    trust.some((result) => result.outcome === outcome);
  const isFailed = names.results.some(({ status }) => status === 'failed');
  if (isFailed || has('failed')) return exitCodes.other;
  if (names.byHand !== null || has('needsRights')) return exitCodes.rights;
  const isDone = problems.length === 0 && names.results.every(({ status }) => status === 'done');
  return isDone ? exitCodes.ok : exitCodes.other;
}

/** What is done is not what it is for, until a page has opened. */
function exitCodeOfOutcome({ opens }: SetupOutcome, hasInstance: boolean): number {
  if (opens === 'wrong') return exitCodes.unhealthy;
  return hasInstance ? exitCodes.ok : exitCodes.notRunning;
}

function sayAdvice({ says, command }: PortAdvice, output: Printer): void {
  output.say(command === null ? `${says}.` : `${says}:`);
  if (command !== null) output.say(`  ${command}`);
}

async function portsOf(
  { api, portStart }: SetupOfUser,
  { world }: Context,
): Promise<readonly PortAdvice[]> {
  if (api === null) return [];
  const [status, start] = await Promise.all([api.instance.status(), portStart()]);
  return portAdvice({ status, platform: world.platform, start });
}

/** Why addresses have a port in them, and what changes that. */
async function sayPorts(here: SetupOfUser, context: Context): Promise<void> {
  const { world, output } = context;
  for (const advice of await portsOf(here, context)) sayAdvice(advice, output);
  if (here.api !== null || world.platform !== 'linux' || world.isRoot) return;
  const planned = planPorts(await here.portStart());
  if (!planned.ok) output.warn(planned.problem);
  else if (planned.steps.length > 0) {
    output.say('Ports 80 and 443 are root\'s here; "berth setup --ports" frees them:');
    for (const line of changeLines(planned.steps.map(shownStep), createStyle(false))) {
      output.say(`  ${line}`);
    }
  }
}
