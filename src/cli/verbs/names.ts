import { addNames, isPermitted } from '../../core/certificates/names.ts';
import { shownStep } from '../../core/names/index.ts';
import { nearest } from '../../shared/config/describe.ts';
import type { NamesChange, NamesDone } from '../../shared/contract/names.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { shellWord } from '../../shared/shellWord.ts';
import type { Api, Context } from '../context.ts';
import { hostIfAny, isSingleWord } from '../meantHost.ts';
import { byHandLines, changeLines, namesLines, resultWord } from '../render/names.ts';
import { createStyle, type Style } from '../render/style.ts';
import { openNamesHere } from './namesHere.ts';
import { neededHere } from './neededHere.ts';
import { showChange } from './showChange.ts';

/** `berth names [HOST...]` */
export async function names(
  { hosts }: { readonly hosts: readonly string[] },
  context: Context,
): Promise<number> {
  const { output } = context;
  const { names: here, api } = await openNamesHere(context);
  await refuseVerb(hosts, api);
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

/** Words that stand for a verb elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  remove: 'uninstall',
  rm: 'uninstall',
  delete: 'uninstall',
  undo: 'uninstall',
  add: 'install',
};

/** @throws BerthError that names the verb which was meant, where a single word is no frontend and looks like one */
async function refuseVerb([word = '', ...others]: readonly string[], api: Api | null) {
  if (!isSingleWord(word) || others.length > 0) return;
  const verb = elsewhere[word] ?? nearest(word, ['install', 'uninstall']);
  if (verb === null || (api !== null && (await hostIfAny(api, word)) !== null)) return;
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    `no host and no verb is called ${word}; did you mean berth names ${verb}?`,
  );
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
  const https = asked.action === 'install' ? await httpsOf(planned.byHand, context) : null;
  const sayPlan = (): void => {
    for (const problem of problems) output.warn(problem);
    if (https !== null) output.warn(https);
    if (api === null && asked.action === 'install') output.say(unknownHosts);
    if (steps.length === 0 && problems.length === 0) output.say(nothingToDo);
  };
  const lines = (style: Style): readonly string[] => [
    ...changeLines(steps, style),
    ...byHandLines(planned.byHand, style),
  ];
  /** Else the instance would write them again. */
  const letGo = async (): Promise<void> => {
    if (api === null) {
      output.warn(
        'an instance that starts here writes them again: its configuration has names.hostsFile',
      );
      return;
    }
    await api.settings.set({ patch: { names: { hostsFile: null } } });
    output.say('The instance does not keep the hosts file any more (names.hostsFile).');
  };
  if (dryRun) {
    if (output.json) output.document({ dryRun, steps, problems, byHand: planned.byHand });
    else {
      sayPlan();
      output.lines(lines(output.style));
    }
    return problems.length > 0 && steps.length === 0 ? exitCodes.other : exitCodes.ok;
  }
  const release = hold();
  try {
    if (!output.json) {
      sayPlan();
      // Shown to who is about to be asked for the rights.
      const isMeant = await showChange(lines(createStyle(false)), dryRunOf(asked), context);
      if (!isMeant) return exitCodes.other;
    }
    if (isKeptOn) await letGo();
    const done = await here.carry(planned);
    if (output.json) output.document({ dryRun, ...done });
    else {
      for (const { step, status, reason } of done.results) {
        output.lines([
          `${resultWord(status, output.style)}  ${step.says}${reason === '' ? '' : `: ${reason}`}`,
        ]);
      }
      for (const problem of done.problems.slice(problems.length)) output.warn(problem);
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

/** That browsers will warn of HTTPS for these, and what helps; null where they will not, or there is no HTTPS. */
async function httpsOf(hosts: readonly string[], context: Context): Promise<string | null> {
  if (hosts.length === 0) return null;
  const { names, added, isSecure } = await neededHere(context);
  const beyond = hosts.filter((host) => !isPermitted(host, names));
  if (beyond.length === 0 || !isSecure) return null;
  return `browsers warn of HTTPS for ${beyond.join(', ')}, which the local CA may not sign for: ${addNames(added, beyond)}`;
}

/** The command that prints the whole change. */
const dryRunOf = ({ action, way, hosts }: NamesChange): string =>
  [
    `berth names ${action}`,
    ...(way === undefined ? [] : [`--${way}`]),
    ...hosts.map(shellWord),
    '--dry-run',
  ].join(' ');

const unknownHosts =
  'No instance of this user runs: the hosts are those that the hosts file has already.';

const nothingToDo = 'There is nothing to do: all is so already.';

function exitCodeOf({ results, problems, byHand }: NamesDone): number {
  if (byHand !== null) return exitCodes.rights;
  const isDone = results.every(({ status }) => status === 'done');
  return isDone && problems.length === 0 ? exitCodes.ok : exitCodes.other;
}
