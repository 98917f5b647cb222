import { shownStep } from '../../core/names/index.ts';
import type { NamesChange, NamesDone } from '../../shared/contract/names.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { changeLines, namesLines, resultWord } from '../render/names.ts';
import { createStyle } from '../render/style.ts';
import { openNamesHere } from './namesHere.ts';

/** `berth names [HOST...]` */
export async function names(
  { hosts }: { readonly hosts: readonly string[] },
  context: Context,
): Promise<number> {
  const { output } = context;
  const { names: here, api } = await openNamesHere(context);
  const input = hosts.length === 0 ? {} : { hosts: [...hosts] };
  const view = await (api === null ? here.look(input) : api.names.look(input));
  if (output.json) output.document({ ...view, running: api !== null });
  else {
    output.lines(namesLines(view, output));
    if (api === null) output.say('No instance runs: its hosts are not known.');
  }
  const isFound = view.hosts.every(
    ({ verdict }) => verdict === 'here' || verdict === 'browsers-only',
  );
  return isFound ? exitCodes.ok : exitCodes.unhealthy;
}

export interface NamesChangeInput {
  readonly change: NamesChange;
  readonly dryRun: boolean;
}

/** `berth names install` and `berth names uninstall` */
export async function change(
  { change: asked, dryRun }: NamesChangeInput,
  context: Context,
): Promise<number> {
  const { output, hold } = context;
  const { names: here, api, keepsHostsFile } = await openNamesHere(context);
  const isKeptOn = asked.action === 'uninstall' && asked.way !== 'dns' && keepsHostsFile;
  const planned = await here.steps(asked);
  const { problems } = planned;
  const steps = planned.steps.map(shownStep);
  const sayPlan = (): void => {
    for (const problem of problems) output.warn(problem);
    if (api === null && asked.action === 'install') output.say(unknownHosts);
    if (steps.length === 0 && problems.length === 0) output.say(nothingToDo);
  };
  if (dryRun) {
    if (output.json) output.document({ dryRun, steps, problems });
    else {
      sayPlan();
      output.lines(changeLines(steps, output.style));
    }
    return problems.length > 0 && steps.length === 0 ? exitCodes.other : exitCodes.ok;
  }
  const release = hold();
  try {
    if (isKeptOn && api !== null) {
      // Else the instance would write them again.
      await api.settings.set({ patch: { names: { hostsFile: null } } });
      output.say('The instance does not keep the hosts file any more (names.hostsFile).');
    } else if (isKeptOn) {
      output.warn(
        'an instance that starts here writes them again: its configuration has names.hostsFile',
      );
    }
    if (!output.json) {
      sayPlan();
      // Shown to who is about to be asked for the rights.
      for (const line of changeLines(steps, createStyle(false))) output.say(line);
    }
    const done = await here.carry(planned);
    if (output.json) output.document({ dryRun, ...done });
    else {
      for (const { step, status, reason } of done.results) {
        output.lines([
          `${resultWord(status, output.style)}  ${step.says}${reason === '' ? '' : `: ${reason}`}`,
        ]);
      }
      if (done.byHand !== null) {
        output.say('To be run by you:');
        output.say(`  ${done.byHand}`);
      }
    }
    return exitCodeOf(done);
  } finally {
    release();
  }
}

const unknownHosts =
  'No instance of this user runs: the hosts are those that the hosts file has already.';

const nothingToDo = 'There is nothing to do: all is so already.';

function exitCodeOf({ results, problems, byHand }: NamesDone): number {
  if (byHand !== null) return exitCodes.rights;
  const isDone = results.every(({ status }) => status === 'done');
  return isDone && problems.length === 0 ? exitCodes.ok : exitCodes.other;
}
