import { createPortReader } from './createReader.ts';

/** The process that listens on a port. */
export interface PortOwner {
  readonly name: string;
  readonly pid: number;
}

/** `nginx (pid 812)` */
export const describeOwner = ({ name, pid }: PortOwner): string => `${name} (pid ${pid})`;

/** Finds who listens on a TCP port of this machine; null when that cannot be known, or not by this user. Never rejects. */
export async function findPortOwner(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<PortOwner | null> {
  const reader = createPortReader(platform);
  const sockets = await reader?.sockets();
  const here = sockets?.filter((socket) => socket.port === port) ?? [];
  const processes = await reader?.processes(here);
  const [owner] = processes?.values() ?? [];
  return owner === undefined ? null : { name: owner.name, pid: owner.pid };
}
