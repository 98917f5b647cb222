import type { OwnerOfPort, StatusNotice } from '../../shared/contract/instance.ts';
import { wholeDuration } from './units.ts';

/** One sentence for a person, without a full stop. `now` in Unix milliseconds. */
export function noticeWords(notice: StatusNotice, now: number): string {
  switch (notice.kind) {
    case 'port-moved':
      return notice.because === 'forbidden'
        ? `port ${notice.wanted} needs a privilege; using ${notice.got}`
        : `port ${notice.wanted} is taken${ownerWords(notice.owner)}; using ${notice.got}`;
    case 'store-port-moved':
      return `port ${notice.wanted} of the store is taken; using ${notice.got}`;
    case 'control-port-moved':
      return `port ${notice.wanted} of the dashboard is taken; using ${notice.got}`;
    case 'dns-port-moved':
      return `port ${notice.wanted} of the DNS server is taken; using ${notice.got}`;
    case 'store-stale':
      return `the store has been away for ${wholeDuration(now - notice.since)}`;
    case 'access-log-moved':
      return `${notice.wanted} cannot be written; the access log is ${notice.got}`;
  }
}

const ownerWords = (owner: OwnerOfPort): string =>
  owner === null ? '' : ` by ${owner.name} (pid ${owner.pid})`;
