import { expect, test } from 'vitest';
import { fakeContext } from '../../../test/support/doctorContext.ts';
import type { NamesDone, NamesPlan } from '../../shared/contract/names.ts';
import type { TrustResult } from '../../shared/contract/trust.ts';
import { type ActionDeps, trustAction } from './actions.ts';
import { type Check, ok } from './check.ts';
import { createDoctor, type Doctor } from './service.ts';

const shown = { says: 'In /etc/hosts, add 1 host', needsRoot: true, command: null, file: null };
const result: TrustResult = {
  id: 'nss',
  title: 'Chromium',
  outcome: 'added',
  says: 'Chromium trusts it',
  command: null,
};

function doctorWith(changed: Partial<ActionDeps> = {}, checks: readonly Check[] = []) {
  return createDoctor({
    context: fakeContext,
    now: () => 0,
    checks,
    directories: { config: '/c', data: '/d', state: '/s', runtime: '/r' },
    hostsWithStaleMarks: async () => ['app.test'],
    revive: async () => undefined,
    names: () => ({
      plan: async (): Promise<NamesPlan> => ({
        ...{ id: 'of names', byHand: [] },
        steps: [{ ...shown, file: { path: '/etc/hosts', lines: ['+127.0.0.1\tapp.test'] } }],
        problems: [],
      }),
      change: async (): Promise<NamesDone> => ({ results: [], problems: [], byHand: 'sudo sh x' }),
    }),
    trust: () => ({
      plan: async () => ({
        id: 'of trust',
        stores: [
          {
            id: 'nss',
            title: 'Chromium',
            steps: [{ says: 'Add it', command: 'certutil -A', needsRoot: false }],
          },
        ],
      }),
      change: async () => [result],
    }),
    ...changed,
  });
}

const fixed = async (doctor: Doctor, action: string) =>
  await doctor.fix({ plan: (await doctor.preview({ action })).id });

test('who asks while checks run hears of the same run, from its beginning', async () => {
  let runs = 0;
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const check: Check = {
    id: 'slow',
    group: 'ports',
    title: 'slow',
    needs: [],
    run: async () => {
      runs++;
      await held;
      return ok('it is');
    },
  };
  const doctor = doctorWith({}, [check]);
  const first = collect(doctor.run());
  const second = collect(doctor.run());
  end();
  expect(await first).toEqual(['plan', 'outcome', 'end']);
  expect(await second).toEqual(['plan', 'outcome', 'end']);
  expect(runs).toBe(1);
  expect(await collect(doctor.run())).toEqual(['plan', 'outcome', 'end']);
  expect(runs).toBe(2);
});

async function collect(events: AsyncIterable<{ readonly kind: string }>): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of events) kinds.push(kind);
  return kinds;
}

test('what changes the machine is shown to the line, what does not goes without a word', async () => {
  const doctor = doctorWith();
  expect(await doctor.preview({ action: 'install-hosts-file' })).toMatchObject({
    lines: ['In /etc/hosts, add 1 host (as administrator)', '  +127.0.0.1  app.test'],
  });
  expect(await doctor.preview({ action: trustAction('nss') })).toMatchObject({
    lines: ['Add it', '  certutil -A'],
  });
  expect(await doctor.preview({ action: 'end-dead-marks' })).toMatchObject({ lines: [] });
});

test('an action says what it did, or why not', async () => {
  const revived: string[] = [];
  const doctor = doctorWith({ revive: async (host) => revived.push(host) });
  expect(await fixed(doctor, 'end-dead-marks')).toEqual({
    ok: true,
    says: 'revived app.test',
    command: null,
  });
  expect(revived).toEqual(['app.test']);
  expect(await fixed(doctor, trustAction('nss'))).toEqual({
    ok: true,
    says: 'Chromium trusts it',
    command: null,
  });
  // Without anybody to ask for rights.
  expect(await fixed(doctor, 'install-dns')).toEqual({
    ok: false,
    says: 'nobody can be asked for the rights here',
    command: 'sudo sh x',
  });
});

test.each(['rm -rf', 'constructor', '__proto__'])('there is no action %s', async (action) => {
  const doctor = doctorWith();
  await expect(doctor.preview({ action })).rejects.toMatchObject({ code: 'BERTH_INPUT_INVALID' });
});

test('what is done is what was shown, once', async () => {
  const changed: unknown[] = [];
  const doctor = doctorWith({
    names: () => ({
      plan: async () => ({ id: 'shown', steps: [], problems: [], byHand: ['bank.example'] }),
      change: async (input) => {
        changed.push(input);
        return { results: [], problems: [], byHand: null };
      },
    }),
  });
  const { id, lines } = await doctor.preview({ action: 'install-hosts-file' });
  // Nobody looks at it by the way.
  expect(lines).toEqual([expect.stringContaining('bank.example, which is under no suffix')]);
  expect(await doctor.fix({ plan: id })).toMatchObject({ ok: true });
  expect(changed).toEqual([{ plan: 'shown' }]);
  for (const plan of [id, '0'.repeat(32)]) {
    await expect(doctor.fix({ plan })).rejects.toMatchObject({ code: 'BERTH_PLAN_OUTDATED' });
  }
});
