import { expect, it } from 'vitest';
import type { Step } from '../elevation/index.ts';
import { type PortStart, planPorts, undoPorts } from './portStart.ts';

const owner = { id: '0a1b2c3d', of: '/home/one/berth/data' };
const second = { id: '4e5f6a7b', of: '/home/two/berth/data' };

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
  const plan = planPorts(facts, owner);
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
    '# Every user may listen on ports from 80 on; "berth setup --undo" takes this file away.\n# Berth 0a1b2c3d: /home/one/berth/data\n# Before it was 1024.\nnet.ipv4.ip_unprivileged_port_start = 80\n',
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
  expect(undoPorts({ ...fresh, now: 80, file }, owner)).toEqual([]);
  expect(planPorts({ ...fresh, now: null })).toMatchObject({ ok: false });
});

it('is taken back with the value from before, unless somebody has set another one since', () => {
  const file = written({ ...fresh, now: 500 });
  expect(shown(undoPorts({ ...fresh, now: 80, file }, owner))).toEqual([
    'sh -c echo 500 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
    'removed',
  ]);
  expect(shown(undoPorts({ ...fresh, now: 443, file }, owner))).toEqual(['removed']);
  expect(undoPorts(fresh, owner)).toEqual([]);
});

it('takes a directory that came with the file along', () => {
  const file = written({ ...fresh, hasDirectory: false });
  expect(undoPorts({ ...fresh, now: 1024, file }, owner)).toMatchObject([
    { file: { emptied: '/etc/sysctl.d' } },
  ]);
});

it('stays while another instance wants it, and goes with the last one', () => {
  const first = written(fresh);
  const joined = planPorts({ ...fresh, now: 80, file: first }, second);
  const both = joined.ok && joined.steps.length === 1 ? joined.steps[0] : undefined;
  if (both === undefined || !('file' in both) || both.file.after === null) throw new Error('none');
  expect(both.file.after.toString()).toContain(
    `${owner.of}\n# Berth ${second.id}: ${second.of}\n#`,
  );
  const after = { ...fresh, now: 80, file: both.file.after };
  expect(planned(after)).toEqual([]);
  const [left, ...more] = undoPorts(after, owner);
  if (left === undefined || !('file' in left) || left.file.after === null) throw new Error('none');
  expect(more).toEqual([]);
  expect(left.file.after.toString()).toBe(
    first.toString().replace(`${owner.id}: ${owner.of}`, `${second.id}: ${second.of}`),
  );
  const alone = { ...after, file: left.file.after };
  expect(undoPorts(alone, owner)).toEqual([]);
  expect(shown(undoPorts(alone, second))).toEqual([
    'sh -c echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
    'removed',
  ]);
});

it('is no matter of an instance that never wanted it', () => {
  expect(undoPorts({ ...fresh, now: 80, file: written(fresh) }, second)).toEqual([]);
});
