import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { namesView } from '../../../test/support/namesView.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import type { StatusNotice } from '../../shared/contract/instance.ts';
import type { TrustView } from '../../shared/contract/trust.ts';
import type { Step } from '../elevation/index.ts';
import type { TrustPlanned } from '../trust/index.ts';
import { createSetupService } from './service.ts';
import type { Setup, SetupPlan } from './setup.ts';

let directory: TemporaryDirectory;
let hosts: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  hosts = join(directory.path, 'hosts');
  await mkdir(join(directory.path, 'data'));
  await writeFile(hosts, 'before');
});
afterEach(() => directory[Symbol.asyncDispose]());

const trusted: TrustPlanned = {
  makes: null,
  kind: 'add',
  foreign: false,
  stores: [{ id: 'system', title: 'System', steps: [] }],
  exact: [[]],
};
const trustView: TrustView = { authority: null, isTrusted: false, stores: [], hints: [] };

/** A machine whose hosts file is to be changed; what is carried out is written down. */
function open({
  now = 1024,
  platform = 'linux' as NodeJS.Platform,
  notices = [] as readonly StatusNotice[],
} = {}) {
  const done: unknown[] = [];
  const step: Step = {
    says: 'Add 2 lines',
    needsRoot: true,
    file: { path: hosts, before: Buffer.from('before'), after: Buffer.from('after') },
  };
  const plan: SetupPlan = {
    ...{ steps: [step], problems: ['no resolver'], byHand: ['www.example.com'] },
    ...{ stores: trusted.stores, trust: trusted },
  };
  const carried = {
    names: { results: [{ step, status: 'left', reason: 'nobody' }], byHand: 'sudo sh run.sh' },
    trust: [
      {
        id: 'system',
        title: 'System',
        outcome: 'needsRights',
        says: '',
        command: 'sudo sh run.sh',
      },
    ],
  } as const;
  const setup: Setup = {
    plan: async (options) => {
      done.push(options);
      return plan;
    },
    planUndo: async () => plan,
    carry: async (given) => {
      done.push(['carry', given === plan]);
      return carried;
    },
    undo: async (given) => {
      done.push(['undo', given === plan]);
      return carried;
    },
  };
  const service = createSetupService({
    setup,
    names: { look: async () => namesView() },
    trust: { status: async () => trustView },
    certificate: join(directory.path, 'ca.pem'),
    platform,
    portStart: async () => ({ now, path: '/x', file: null, hasDirectory: true, kernel: '/y' }),
    status: () => ({ ...instanceStatus(), listeners: [], notices }),
    stopKeeping: async () => {
      done.push('stopped');
    },
    takePorts: async () => {
      done.push('reloaded');
    },
    now: () => 0,
  });
  return { service, done };
}

it('what is done is the plan that was shown, once; what needs the rights is one command', async () => {
  const { service, done } = open();
  const shown = await service.plan({ action: 'install', ports: true });
  expect(shown).toMatchObject({
    steps: [{ says: 'Add 2 lines', file: { path: hosts } }],
    problems: ['no resolver'],
    byHand: ['www.example.com'],
    canFreePorts: true,
  });
  expect(done).toEqual([{ ports: true, makes: true }]);
  const { commands, steps, stores } = await service.change({ plan: shown.id });
  expect(done.at(-1)).toEqual(['carry', true]);
  expect(commands).toEqual(['sudo sh run.sh']);
  expect(steps[0]?.status).toBe('left');
  expect(stores[0]?.outcome).toBe('needsRights');
  await expect(service.change({ plan: shown.id })).rejects.toMatchObject({
    code: 'BERTH_PLAN_OUTDATED',
  });
});

it('says what came of it by what was tried, and never well where no page was opened', async () => {
  const { service } = open();
  const { id } = await service.plan({ action: 'install', ports: false });
  const { outcome, proofs } = await service.change({ plan: id });
  expect(proofs.some(({ kind, status }) => kind === 'page' && status === 'well')).toBe(false);
  expect(outcome?.opens).not.toBe('well');
});

it('nothing is done where a file is another one than that which was shown', async () => {
  const { service, done } = open();
  const { id } = await service.plan({ action: 'install', ports: false });
  await writeFile(hosts, 'of somebody else');
  await expect(service.change({ plan: id })).rejects.toMatchObject({ code: 'BERTH_PLAN_OUTDATED' });
  expect(done).toHaveLength(1);
  expect(await readFile(hosts, 'utf8')).toBe('of somebody else');
});

it('to take it back, the instance first ends to keep the hosts file; nothing is tried then', async () => {
  const { service, done } = open();
  const { id } = await service.plan({ action: 'undo', ports: false });
  const { proofs, outcome } = await service.change({ plan: id });
  expect(done).toEqual(['stopped', ['undo', true]]);
  expect({ proofs, outcome }).toEqual({ proofs: [], outcome: null });
});

it('ports are offered where they can be had by a step more', async () => {
  const can = async (of: Parameters<typeof open>[0]): Promise<boolean> =>
    (await open(of).service.plan({ action: 'install', ports: false })).canFreePorts;
  expect(await can({})).toBe(true);
  expect(await can({ now: 80 })).toBe(false);
  expect(await can({ platform: 'darwin' })).toBe(false);
});

it('an instance that was refused ports takes them once every user may', async () => {
  const moved = { kind: 'port-moved', wanted: 443, got: 8443, owner: null } as const;
  const reloads = async (now: number, because: 'taken' | 'forbidden'): Promise<boolean> => {
    const { service, done } = open({ now, notices: [{ ...moved, because }] });
    const { id } = await service.plan({ action: 'install', ports: true });
    await service.change({ plan: id });
    return done.includes('reloaded');
  };
  expect(await reloads(80, 'forbidden')).toBe(true);
  expect(await reloads(1024, 'forbidden')).toBe(false);
  expect(await reloads(80, 'taken')).toBe(false);
});
