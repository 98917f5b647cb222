import { expect, it } from 'vitest';
import type { Step } from '../elevation/index.ts';
import { type PortStart, planPorts, undoPorts } from './portStart.ts';

const fresh: PortStart = {
  now: 1024,
  path: '/etc/sysctl.d/50-berth.conf',
  file: null,
  hasDirectory: true,
  kernel: '/proc/sys/net/ipv4/ip_unprivileged_port_start',
};

/** What the file would hold, and the commands. */
const shown = (steps: readonly Step[]) =>
  steps.map((step) =>
    'file' in step ? (step.file.after?.toString() ?? 'removed') : step.command.join(' '),
  );

const planned = (facts: PortStart): readonly Step[] => {
  const plan = planPorts(facts);
  if (!plan.ok) throw new Error(plan.problem);
  return plan.steps;
};

const written = (facts: PortStart): Buffer => {
  const [step] = planned(facts);
  if (step === undefined || !('file' in step) || step.file.after === null) throw new Error('none');
  return step.file.after;
};

it('lets every user listen from port 80 on, now and at the next start, and remembers what was before', () => {
  expect(shown(planned(fresh))).toEqual([
    '# Every user may listen on ports from 80 on; "berth setup --undo" takes this file away.\n# Before it was 1024.\nnet.ipv4.ip_unprivileged_port_start = 80\n',
    'sh -c echo 80 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
  ]);
  expect(planned(fresh).every(({ needsRoot }) => needsRoot)).toBe(true);
});

it('does nothing where it is so already', () => {
  expect(planned({ ...fresh, now: 80 })).toEqual([]);
  expect(planned({ ...fresh, now: 0 })).toEqual([]);
});

it('goes on where it was cut off between the file and the kernel', () => {
  expect(shown(planned({ ...fresh, file: written(fresh) }))).toEqual([
    'sh -c echo 80 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
  ]);
});

it('leaves a file of somebody else alone, and says where the system has nothing of the kind', () => {
  const file = Buffer.from('net.core.somaxconn = 4096\n');
  expect(planPorts({ ...fresh, file })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("not Berth's"),
  });
  expect(undoPorts({ ...fresh, now: 80, file })).toEqual([]);
  expect(planPorts({ ...fresh, now: null })).toMatchObject({ ok: false });
});

it('is taken back with the value from before, unless somebody has set another one since', () => {
  const file = written({ ...fresh, now: 500 });
  expect(shown(undoPorts({ ...fresh, now: 80, file }))).toEqual([
    'sh -c echo 500 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
    'removed',
  ]);
  expect(shown(undoPorts({ ...fresh, now: 443, file }))).toEqual(['removed']);
  expect(undoPorts(fresh)).toEqual([]);
});

it('takes a directory that came with the file along', () => {
  const file = written({ ...fresh, hasDirectory: false });
  expect(undoPorts({ ...fresh, now: 1024, file })).toMatchObject([
    { file: { emptied: '/etc/sysctl.d' } },
  ]);
});
