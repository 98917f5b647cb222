import { chmod } from 'node:fs/promises';
import type { FixPreview, FixResult } from '../../shared/contract/doctor.ts';
import type { NamesChange, NamesDone, ShownStep } from '../../shared/contract/names.ts';
import { reasonOf } from '../../store/command.ts';
import { authorityPlace } from '../certificates/place.ts';
import type { Names } from '../names/index.ts';
import type { Directories } from '../system/directories.ts';
import type { Trust } from '../trust/index.ts';
import { named } from './words.ts';

/** What actions change. */
export interface ActionDeps {
  readonly directories: Directories;
  /** Hosts with dead marks that are about no backend of theirs. */
  readonly hostsWithStaleMarks: () => Promise<readonly string[]>;
  /** Ends the dead marks of a host. */
  readonly revive: (host: string) => Promise<unknown>;
  readonly names: () => Pick<Names, 'plan' | 'change'>;
  readonly trust: () => Pick<Trust, 'plan' | 'add'>;
}

interface Action {
  /** What it would change of the machine, a line each; nothing where that goes without saying. */
  preview(deps: ActionDeps): Promise<readonly string[]>;
  /** Says what it did; rejects where it did not. */
  carryOut(deps: ActionDeps): Promise<string>;
}

const withoutPreview = async (): Promise<readonly string[]> => [];

const trustPrefix = 'trust:';

/** Id of the action that has a store trust the CA. */
export const trustAction = (store: string): string => `${trustPrefix}${store}`;

const actions: Readonly<Record<string, Action>> = {
  'close-directories': {
    preview: withoutPreview,
    carryOut: async ({ directories }) => {
      const paths = [...new Set(Object.values(directories) as string[])];
      for (const path of paths) await chmod(path, 0o700);
      return `${named(paths, 4)} are open to this user alone now`;
    },
  },
  'close-key': {
    preview: withoutPreview,
    carryOut: async ({ directories }) => {
      const { key } = authorityPlace(directories.data);
      await chmod(key, 0o600);
      return `${key} is open to this user alone now`;
    },
  },
  'end-dead-marks': {
    preview: withoutPreview,
    carryOut: async ({ hostsWithStaleMarks, revive }) => {
      const hosts = await hostsWithStaleMarks();
      for (const host of hosts) await revive(host);
      return hosts.length === 0 ? 'there was no such mark any more' : `revived ${named(hosts)}`;
    },
  },
  'install-hosts-file': namesAction('hosts-file'),
  'install-dns': namesAction('dns'),
};

function namesAction(way: 'hosts-file' | 'dns'): Action {
  const change: NamesChange = { action: 'install', way, hosts: [] };
  return {
    preview: async ({ names }) => {
      const { steps, problems } = await names().plan(change);
      return [...steps.flatMap(stepLines), ...problems];
    },
    carryOut: async ({ names }) => doneWords(await names().change(change)),
  };
}

function stepLines({ says, needsRoot, command, file }: ShownStep): readonly string[] {
  return [
    `${says}${needsRoot ? ' (as administrator)' : ''}`,
    ...(command === null ? [] : [`  ${command.join(' ')}`]),
    ...(file?.lines.map((line) => `  ${line.replaceAll('\t', '  ')}`) ?? []),
  ];
}

function doneWords({ results, problems, byHand }: NamesDone): string {
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problem);
  if (byHand !== null)
    throw new Error(`nobody can be asked for the rights here; run it yourself: ${byHand}`);
  const failed = results.find(({ status }) => status !== 'done');
  if (failed !== undefined) throw new Error(`${failed.step.says}: ${failed.reason}`);
  return results.length === 0
    ? 'there was nothing to change'
    : named(results.map(({ step }) => step.says));
}

const storeAction = (store: string): Action => ({
  preview: async ({ trust }) => {
    const plans = await trust().plan('add', { stores: [store], foreign: false });
    return plans.flatMap(({ steps }) =>
      steps.flatMap(({ says, command, needsRoot }) => [
        `${says}${needsRoot ? ' (as administrator)' : ''}`,
        `  ${command}`,
      ]),
    );
  },
  carryOut: async ({ trust }) => {
    const [result] = await trust().add({ stores: [store] });
    if (result === undefined) return 'there was nothing to change';
    const { outcome, says, command } = result;
    if (outcome === 'added' || outcome === 'unchanged') return says;
    throw new Error(command === null ? says : `${says}; run it yourself: ${command}`);
  },
});

const actionOf = (id: string): Action | null => {
  if (id.startsWith(trustPrefix)) return storeAction(id.slice(trustPrefix.length));
  return Object.hasOwn(actions, id) ? (actions[id] ?? null) : null;
};

/** What an action would change; null for one that there is not. Rejects where that cannot be said. */
export async function previewAction(id: string, deps: ActionDeps): Promise<FixPreview | null> {
  const action = actionOf(id);
  return action === null ? null : { lines: await action.preview(deps) };
}

/** Carries out an action; null for one that there is not. Never rejects. */
export async function carryOutAction(id: string, deps: ActionDeps): Promise<FixResult | null> {
  const action = actionOf(id);
  if (action === null) return null;
  try {
    return { ok: true, says: await action.carryOut(deps) };
  } catch (error) {
    return { ok: false, says: error instanceof Error ? error.message : reasonOf(error) };
  }
}
