import { shownStep } from '../../core/names/index.ts';
import { planPorts, type SetupDone, type SetupPlan } from '../../core/setup/index.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import type { Printer } from '../printer.ts';
import { changeLines } from '../render/names.ts';
import { proofLines, setupDoneLines, setupPlanLines } from '../render/setup.ts';
import { createStyle } from '../render/style.ts';
import { openSetup, type SetupOfUser } from './setupHere.ts';
import { proveSetup } from './setupProofs.ts';

export interface SetupInput {
  /** Also that every user may listen on ports 80 and 443. */
  readonly ports: boolean;
  readonly dryRun: boolean;
}

/** `berth setup` */
export async function setup({ ports, dryRun }: SetupInput, context: Context): Promise<number> {
  const { output, hold } = context;
  const here = await openSetup(context);
  const plan = await here.setup.plan({ ports });
  const { authority } = await here.trust.status({ prove: false });
  if (dryRun) {
    sayProblems(plan, output);
    if (output.json) output.document({ dryRun, hasAuthority: authority !== null, ...shown(plan) });
    else {
      if (authority === null) output.say(`A CA is made first: ${here.certificate}`);
      if (authority !== null && isEmpty(plan)) output.say(nothingToDo);
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
      for (const line of setupPlanLines(plan, createStyle(false))) output.say(line);
    }
    sayProblems(plan, output);
    const done = await here.setup.carry(plan);
    if (!output.json && !isEmpty(plan)) output.lines(setupDoneLines(done, output.style));
    const proofs = await proveSetup(here, context);
    if (output.json) output.document({ dryRun, ...results(plan, done), proofs });
    else {
      output.lines(proofLines(proofs, output.style));
      sayByHand(done, output);
      if (here.api === null) {
        output.say('No instance of this user runs: "berth --headless" or the app starts one.');
      }
      await sayPorts(here, context);
    }
    const code = exitCodeOfSetup(plan, done);
    if (code !== exitCodes.ok) return code;
    return proofs.some(({ status }) => status === 'wrong') ? exitCodes.unhealthy : code;
  } finally {
    release();
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
    if (here.keepsHostsFile) {
      // Else the instance would write them again.
      if (here.api === null) output.warn(keptHere);
      else await here.api.settings.set({ patch: { names: { hostsFile: null } } });
    }
    if (!output.json) {
      if (isEmpty(plan)) output.say(nothingLeft);
      for (const line of setupPlanLines(plan, createStyle(false))) output.say(line);
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

const shown = ({ steps, problems, stores }: SetupPlan) => ({
  steps: steps.map(shownStep),
  problems,
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

/** Why addresses have a port in them, and what changes that. */
async function sayPorts(here: SetupOfUser, { world, output }: Context): Promise<void> {
  const { api, portStart } = here;
  const { platform, isRoot } = world;
  const notices = api === null ? [] : (await api.instance.status()).notices;
  const moved = notices.flatMap((notice) => (notice.kind === 'port-moved' ? [notice] : []));
  for (const { wanted, got, because, owner } of moved) {
    const why =
      because === 'forbidden'
        ? 'it takes the rights of root'
        : owner === null
          ? 'another program has it'
          : `${owner.name} (pid ${owner.pid}) has it`;
    output.say(`Port ${wanted}: ${why}; the instance has ${got}.`);
  }
  const start = await portStart();
  const isForbidden = moved.some(({ because }) => because === 'forbidden');
  if (platform !== 'linux' || (api === null ? isRoot : !isForbidden)) return;
  const planned = planPorts(start);
  if (!planned.ok) output.warn(planned.problem);
  else if (planned.steps.length === 0) {
    if (isForbidden) output.say('Ports 80 and 443 are free to it now: start the instance again.');
  } else {
    output.say('Ports 80 and 443 are root\'s here; "berth setup --ports" frees them:');
    for (const line of changeLines(planned.steps.map(shownStep), createStyle(false))) {
      output.say(`  ${line}`);
    }
  }
}
