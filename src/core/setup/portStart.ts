import { Buffer } from 'node:buffer';
import { dirname } from 'node:path/posix';
import type { Step } from '../elevation/index.ts';

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

/** What lets every user listen on ports 80 and 443, now and after a start of the machine. */
export function planPorts({ now, path, file, hasDirectory, kernel }: PortStart): PortPlan {
  if (now === null) {
    return { ok: false, problem: 'This system has no such setting for its ports' };
  }
  if (now <= firstWebPort) return { ok: true, steps: [] };
  const isOurs = file?.toString('latin1').startsWith(head) === true;
  if (file !== null && !isOurs) {
    return { ok: false, problem: `${path} is there already, and not Berth's: move it away first` };
  }
  const lines = [
    head,
    ...(hasDirectory ? [] : [madeDirectory]),
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
  return { ok: true, steps: [...(isOurs ? [] : [write]), tell] };
}

/** What takes that back. A value that somebody else has set since stays. */
export function undoPorts({ now, path, file, kernel }: PortStart): readonly Step[] {
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
