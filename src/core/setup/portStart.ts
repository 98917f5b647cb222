import { Buffer } from 'node:buffer';
import { dirname } from 'node:path/posix';
import type { Step } from '../elevation/index.ts';
import { type Owner, ownerMark, ownersIn } from '../names/owner.ts';

/** What Linux says of the ports that are root's. */
export interface PortStart {
  /** The first port that every user may listen on; null where the system knows no such thing. */
  readonly now: number | null;
  /** The file that sets it at each start of the machine. */
  readonly path: string;
  /** What it holds; null where it is missing. */
  readonly file: Buffer | null;
  /** Whether its directory is there. */
  readonly hasDirectory: boolean;
  /** Where the kernel takes it. */
  readonly kernel: string;
}

export const portStartPaths = {
  path: '/etc/sysctl.d/50-berth.conf',
  kernel: '/proc/sys/net/ipv4/ip_unprivileged_port_start',
} as const;

/** The first of the ports that addresses without a port go to. */
export const firstWebPort = 80;

const head = `# Every user may listen on ports from ${firstWebPort} on; "berth setup --undo" takes this file away.`;
const madeDirectory = '# The directory came with it.';
const beforeLine = /^# Before it was (\d+)\.$/m;

type PortPlan =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly problem: string };

const set = (kernel: string, port: number, says: string): Step => ({
  says,
  needsRoot: true,
  command: ['sh', '-c', `echo ${port} > ${kernel}`],
});

/**
 * What lets every user listen on ports 80 and 443, now and after a start of the machine. Each instance that wants it is
 * named in the file.
 *
 * @param owner of the instance that wants it; null to ask only what it takes
 */
export function planPorts(
  { now, path, file, hasDirectory, kernel }: PortStart,
  owner: Owner | null = null,
): PortPlan {
  if (now === null) {
    return { ok: false, problem: 'This system has no such setting for its ports' };
  }
  const text = file?.toString('latin1') ?? '';
  const isOurs = text.startsWith(head);
  if (now <= firstWebPort && (owner === null || !isOurs || isOf(text, owner))) {
    return { ok: true, steps: [] };
  }
  if (file !== null && !isOurs) {
    return { ok: false, problem: `${path} is there already, and not Berth's: move it away first` };
  }
  const lines = [
    head,
    ...(hasDirectory ? [] : [madeDirectory]),
    ...(owner === null ? [] : [ownerMark(owner)]),
    `# Before it was ${now}.`,
    `net.ipv4.ip_unprivileged_port_start = ${firstWebPort}`,
    '',
  ];
  const write: Step = {
    says: `Write ${path}`,
    needsRoot: true,
    file: { path, before: null, after: Buffer.from(lines.join('\n')), mode: 0o644 },
  };
  const tell = set(kernel, firstWebPort, `Let every user listen on ports from ${firstWebPort} on`);
  const joining = text.replace(
    beforeLine,
    (line) => `${owner === null ? '' : ownerMark(owner)}\n${line}`,
  );
  const join: Step = {
    says: `Name this instance in ${path}, too`,
    needsRoot: true,
    file: { path, before: file, after: Buffer.from(joining, 'latin1') },
  };
  const writing = !isOurs ? [write] : owner === null || isOf(text, owner) ? [] : [join];
  return { ok: true, steps: [...writing, ...(now <= firstWebPort ? [] : [tell])] };
}

const isOf = (text: string, { id }: Owner): boolean => ownersIn(text).some((one) => one.id === id);

/**
 * What takes that back, as far as it is of one instance: while another wants it, it stays. A value that somebody else has
 * set since stays, too.
 */
export function undoPorts({ now, path, file, kernel }: PortStart, owner: Owner): readonly Step[] {
  const text = file?.toString('latin1') ?? '';
  if (file === null || !text.startsWith(head) || !isOf(text, owner)) return [];
  const others = ownersIn(text).filter(({ id }) => id !== owner.id);
  if (others.length > 0) {
    const isOwn = (line: string): boolean => ownersIn(line).some(({ id }) => id === owner.id);
    const left = text.split('\n').filter((line) => !isOwn(line));
    return [
      {
        says: `Name this instance in ${path} no longer`,
        needsRoot: true,
        file: { path, before: file, after: Buffer.from(left.join('\n'), 'latin1') },
      },
    ];
  }
  return undoPortsOfAll({ now, path, file, kernel });
}

/** The same, whoever wants it. */
export function undoPortsOfAll({
  now,
  path,
  file,
  kernel,
}: Pick<PortStart, 'now' | 'path' | 'file' | 'kernel'>): readonly Step[] {
  const text = file?.toString('latin1') ?? '';
  if (file === null || !text.startsWith(head)) return [];
  const before = Number(beforeLine.exec(text)?.[1] ?? 1024);
  const says = `Have ports below ${before} be root's again`;
  return [
    ...(now === firstWebPort ? [set(kernel, before, says)] : []),
    {
      says: `Remove ${path}`,
      needsRoot: true,
      file: {
        path,
        before: file,
        after: null,
        ...(text.includes(madeDirectory) ? { emptied: dirname(path) } : {}),
      },
    },
  ];
}
