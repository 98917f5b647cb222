import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';

/** Keeps the hosts file as it should be while it is switched on. */
export interface HostsFileKeeper {
  /** Whether it is as it should be, as far as is known. */
  readonly isKept: boolean;
  /** Something changed: hosts, suffixes, or whether it is switched on. */
  changed(): void;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly isOn: () => boolean;
  /** As `Names.keep`. */
  readonly keep: () => Promise<string | null>;
  readonly log: Log;
}

/** One change at a time, and a moment after the first of several. What cannot be done is said once. */
export function createHostsFileKeeper({ isOn, keep, log }: KeeperOptions): HostsFileKeeper {
  let timer: NodeJS.Timeout | null = null;
  let work: Promise<void> = Promise.resolve();
  let isKept = false;
  let said: string | null = null;
  let isClosed = false;

  async function once(): Promise<void> {
    if (!isOn() || isClosed) {
      isKept = false;
      said = null;
      return;
    }
    const problem = await keep().catch((error: unknown) => String(error));
    isKept = problem === null;
    if (problem !== null && problem !== said) {
      log(
        'warn',
        `the hosts file is not kept: ${problem}; "berth names install" asks for the rights`,
      );
    }
    said = problem;
  }

  return {
    get isKept() {
      return isKept && isOn();
    },
    changed: () => {
      if (isClosed || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        work = work.then(once);
      }, limits.hostsFileDelayMs);
      timer.unref();
    },
    close: async () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await work;
    },
  };
}
