import type { InstanceStatus, ListenerStatus } from '../../../../shared/contract/instance.ts';

/** What there is to say of the ports that an instance serves on. */
export interface PortsPicture {
  /** `http://127.0.0.1:8080`. */
  readonly served: readonly string[];
  /** Why it is not port 80, as sentences; empty when it is. */
  readonly why: readonly string[];
}

export function portsOf({
  listeners,
  notices,
}: Pick<InstanceStatus, 'listeners' | 'notices'>): PortsPicture {
  const why = notices.flatMap((notice) => {
    if (notice.kind !== 'port-moved') return [];
    const { wanted, got, because, owner } = notice;
    if (because === 'forbidden') {
      return [
        `Port ${wanted} needs a privilege that Berth was not given, and does not ask for. It uses ${got}.`,
      ];
    }
    const who = owner === null ? '' : ` by ${owner.name} (pid ${owner.pid})`;
    return [
      `Port ${wanted} is taken${who}. Berth uses ${got}; end that program and start Berth again to have ${wanted}.`,
    ];
  });
  const isUsual = listeners.some(({ secure, port }) => !secure && port === 80);
  const [plain] = listeners.filter(({ secure }) => !secure);
  if (why.length === 0 && !isUsual && plain !== undefined) {
    why.push(`Addresses carry the port: it is ${plain.port}, and not 80.`);
  }
  return { served: listeners.map(addressOf), why };
}

const addressOf = ({ address, port, secure }: ListenerStatus): string => {
  const host = address.includes(':') ? `[${address}]` : address;
  const isStandard = port === (secure ? 443 : 80);
  return `${secure ? 'https' : 'http'}://${host}${isStandard ? '' : `:${port}`}`;
};
