/** What a process can see of whether it is in a container; a file that is not there is empty. */
export interface Traces {
  /** /proc/self/cgroup */
  readonly cgroup: string;
  /** /proc/self/mountinfo */
  readonly mountinfo: string;
  readonly hostname: string;
  /** Whether /.dockerenv or /run/.containerenv is there. */
  readonly marker: boolean;
}

const id = /(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/;
/** Files that an engine makes for each container and mounts into it. */
const ownFiles = new Set(['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']);

/** Id of the container that this process is in, or the beginning of it; empty where it is not known, null outside of any. */
export function ownContainerId({ cgroup, mountinfo, hostname, marker }: Traces): string | null {
  for (const line of cgroup.split('\n')) {
    // hierarchy, controllers, path: cgroups(7).
    const found = id.exec(line.split(':')[2] ?? '')?.[1];
    if (found !== undefined) return found;
  }
  for (const line of mountinfo.split('\n')) {
    // mount id, parent, device, root of the mount in its file system, mount point: proc(5). On the machine itself the
    // ids of its containers are in mount points, not in roots.
    const [, , , root = '', point = ''] = line.split(' ');
    const found = ownFiles.has(point) ? id.exec(root)?.[1] : undefined;
    if (found !== undefined) return found;
  }
  if (!marker) return null;
  return /^[0-9a-f]{12}$/.test(hostname) ? hostname : '';
}
