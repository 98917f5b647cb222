import type { HostHealth } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { Turns } from '../traffic/turns.ts';

export interface PictureParts {
  /** Of the frontends whose list can be read. */
  readonly names: () => Iterable<string>;
  /** Null when it has gone. */
  readonly host: (name: string) => HostHealth | null;
  readonly turns: Pick<Turns, 'run'>;
}

/** What everybody is shown of all frontends: made slice by slice, and for some time the same for all who ask. */
export interface Pictures {
  /** A frontend is another one than before. */
  changed(name: string): void;
  /** By name, with all that has changed before the call. */
  all(): Promise<readonly HostHealth[]>;
  /** By name, perhaps somewhat older; `changed` has those that may be others by now, and grows. */
  recent(): Promise<{
    readonly hosts: readonly HostHealth[];
    readonly changed: ReadonlySet<string>;
  }>;
  /** These frontends as they are now; one that has gone comes without backends. */
  of(names: readonly string[]): Promise<readonly HostHealth[]>;
  close(): void;
}

interface Picture {
  readonly hosts: Promise<readonly HostHealth[]>;
  readonly changed: Set<string>;
}

export function createPictures({ names, host, turns }: PictureParts): Pictures {
  const closing = new AbortController();
  let last: Picture | null = null;
  let forgetting: NodeJS.Timeout | undefined;

  async function make(
    from: readonly string[],
    view: (name: string) => HostHealth | null,
  ): Promise<readonly HostHealth[]> {
    const waiting = from.values();
    const hosts: HostHealth[] = [];
    const step = (): boolean => {
      const { value: name, done } = waiting.next();
      if (done === true) return false;
      const made = view(name);
      if (made !== null) hosts.push(made);
      return true;
    };
    await turns.run(step, closing.signal);
    return hosts;
  }

  /** Only the last one: a timer for each would hold all that were made within its time. */
  function keep(picture: Picture): void {
    last = picture;
    clearTimeout(forgetting);
    const forgetLater = (): void => {
      if (last !== picture) return;
      forgetting = setTimeout(() => {
        last = null;
      }, limits.listSharedMs).unref();
    };
    void picture.hosts.then(forgetLater, forgetLater);
  }

  function fresh(): Picture {
    const picture = { hosts: make([...names()].sort(), host), changed: new Set<string>() };
    keep(picture);
    return picture;
  }

  const of = (wanted: readonly string[]): Promise<readonly HostHealth[]> =>
    make(wanted, (name) => host(name) ?? gone(name));

  return {
    changed: (name) => last?.changed.add(name),
    all: () => (last !== null && last.changed.size === 0 ? last : fresh()).hosts,
    recent: async () => {
      const { hosts, changed } = last ?? fresh();
      return { hosts: await hosts, changed };
    },
    of,
    close: () => {
      closing.abort();
      clearTimeout(forgetting);
      last = null;
    },
  };
}

const gone = (name: string): HostHealth => ({
  name,
  check: null,
  checker: { kind: 'passive' },
  backends: [],
});
