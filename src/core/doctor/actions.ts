import { chmod } from 'node:fs/promises';
import type { FixResult } from '../../shared/contract/doctor.ts';
import type { NamesDone, ShownStep } from '../../shared/contract/names.ts';
import type { TrustResult } from '../../shared/contract/trust.ts';
import { BerthError } from '../../shared/errors.ts';
import { reasonOf } from '../../store/command.ts';
import { authorityPlace } from '../certificates/place.ts';
import type { Names } from '../names/index.ts';
import type { Directories } from '../system/directories.ts';
import type { TrustService } from '../trust/index.ts';
import { named } from './words.ts';

/** What actions change. */
export interface ActionDeps {
  readonly directories: Directories;
  /** Hosts with dead marks that are about no backend of theirs. */
  readonly hostsWithStaleMarks: () => Promise<readonly string[]>;
  /** Ends the dead marks of a host. */
  readonly revive: (host: string) => Promise<unknown>;
  readonly names: () => Pick<Names, 'plan' | 'change'>;
  readonly trust: () => Pick<TrustService, 'plan' | 'change'>;
}

/** An action that was looked at, and not done yet. */
export interface PlannedAction {
  /** What it would change of the machine, a line each; nothing where that goes without saying. */
  readonly lines: readonly string[];
  /** Does what the lines say, and nothing else. Rejects where it did not. */
  carryOut(): Promise<FixResult>;
}

type Action = (deps: ActionDeps) => Promise<PlannedAction>;

const trustPrefix = 'trust:';

/** Id of the action that has a store trust the CA. */
export const trustAction = (store: string): string => `${trustPrefix}${store}`;

const actions: Readonly<Record<string, Action>> = {
  'close-directories': async ({ directories }) => {
    const paths = [...new Set(Object.values(directories) as string[])];
    return {
      lines: [],
      carryOut: async () => {
        for (const path of paths) await chmod(path, 0o700);
        return done(`${named(paths, 4)} are open to this user alone now`);
      },
    };
  },
  'close-key': async ({ directories }) => {
    const { key } = authorityPlace(directories.data);
    return {
      lines: [],
      carryOut: async () => {
        await chmod(key, 0o600);
        return done(`${key} is open to this user alone now`);
      },
    };
  },
  'end-dead-marks': async ({ hostsWithStaleMarks, revive }) => ({
    lines: [],
    carryOut: async () => {
      const hosts = await hostsWithStaleMarks();
      for (const host of hosts) await revive(host);
      return done(
        hosts.length === 0 ? 'there was no such mark any more' : `revived ${named(hosts)}`,
      );
    },
  }),
  'install-hosts-file': namesAction('hosts-file'),
  'install-dns': namesAction('dns'),
};

function namesAction(way: 'hosts-file' | 'dns'): Action {
  return async ({ names }) => {
    const { id, steps, problems, byHand } = await names().plan({
      action: 'install',
      way,
      hosts: [],
    });
    const asked = byHand.map(
      (host) => `  ${host}, which is under no suffix: you asked for it by name`,
    );
    return {
      lines: [...steps.flatMap(stepLines), ...asked, ...problems],
      carryOut: async () => namesResult(await names().change({ plan: id })),
    };
  };
}

function stepLines({ says, needsRoot, command, file }: ShownStep): readonly string[] {
  return [
    `${says}${needsRoot ? ' (as administrator)' : ''}`,
    ...(command === null ? [] : [`  ${command.join(' ')}`]),
    ...(file?.lines.map((line) => `  ${line.replaceAll('\t', '  ')}`) ?? []),
  ];
}

function namesResult({ results, problems, byHand }: NamesDone): FixResult {
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problem);
  if (byHand !== null) return leftTo('nobody can be asked for the rights here', byHand);
  const failed = results.find(({ status }) => status !== 'done');
  if (failed !== undefined) throw new Error(`${failed.step.says}: ${failed.reason}`);
  return done(results.length === 0 ? nothingToChange : named(results.map(({ step }) => step.says)));
}

const storeAction =
  (store: string): Action =>
  async ({ trust }) => {
    const planned = await trust().plan({ action: 'add', stores: [store], foreign: false });
    return {
      lines: planned.stores.flatMap(({ steps }) =>
        steps.flatMap(({ says, command, needsRoot }) => [
          `${says}${needsRoot ? ' (as administrator)' : ''}`,
          `  ${command}`,
        ]),
      ),
      carryOut: async () => trustResult(await trust().change({ plan: planned.id })),
    };
  };

function trustResult([result]: readonly TrustResult[]): FixResult {
  if (result === undefined) return done(nothingToChange);
  const { outcome, says, command } = result;
  if (outcome === 'added' || outcome === 'unchanged') return done(says);
  if (command === null) throw new Error(says);
  return leftTo(
    outcome === 'needsRights' ? 'nobody can be asked for the rights here' : says,
    command,
  );
}

const nothingToChange = 'there was nothing to change';
const done = (says: string): FixResult => ({ ok: true, says, command: null });
const leftTo = (says: string, command: string): FixResult => ({ ok: false, says, command });

/** Looks at what an action would do; null for one that there is not. Rejects where that cannot be said. */
export async function planAction(id: string, deps: ActionDeps): Promise<PlannedAction | null> {
  if (id.startsWith(trustPrefix)) return await storeAction(id.slice(trustPrefix.length))(deps);
  const action = Object.hasOwn(actions, id) ? actions[id] : undefined;
  return action === undefined ? null : await action(deps);
}

/** Does what was looked at. Never rejects. */
export async function carryOutAction(action: PlannedAction): Promise<FixResult> {
  try {
    return await action.carryOut();
  } catch (error) {
    if (error instanceof BerthError) return { ok: false, says: error.detail, command: null };
    return {
      ok: false,
      says: error instanceof Error ? error.message : reasonOf(error),
      command: null,
    };
  }
}
