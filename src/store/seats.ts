import { limits } from '../shared/limits.ts';
import type { Address } from './address.ts';
import { StoreAway } from './command.ts';
import { type Link, openLink } from './connect.ts';
import { type Edit, type EditOutcome, makeEdit, type Seat, type Seating } from './edit.ts';

/** A place for an edit on one server: the first of this server, or the second, … */
export interface Place {
  readonly name: string;
  readonly address: Address;
}

/** Makes edits one after the other, on connections that are opened for them and closed when none follows. */
export interface Edits {
  make<Result>(edit: Edit<Result>): Promise<EditOutcome<Result>>;
  close(): void;
}

export interface EditsOptions extends Pick<Seating, 'groupOf' | 'moved'> {
  /** Where each group is served; two of one server get two places, since EXEC forgets all that is watched. */
  places(groups: readonly number[]): readonly Place[];
  readonly random: () => number;
}

/** Places for groups, of which each is at one address: the second of an address gets another name. */
export function placesAt(addresses: readonly Place[]): readonly Place[] {
  const taken = new Map<string, number>();
  return addresses.map(({ name, address }) => {
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    return { name: `${name} ${before}`, address };
  });
}

export function createEdits(options: EditsOptions): Edits {
  const { random } = options;
  const links = new Map<string, { readonly link: Link; readonly fail: (reason: string) => void }>();
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  let queued = 0;
  let idle: NodeJS.Timeout | undefined;

  const closeLinks = (): void => {
    for (const { fail } of [...links.values()]) fail('closed');
  };

  /** A connection lives once: a new one would know nothing of what was watched. */
  const open = ({ name, address }: Place): Promise<Link> =>
    new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        link.close();
        if (links.get(name)?.link === link) links.delete(name);
        reject(new StoreAway(reason));
      };
      const link = openLink({ address, random, events: { up: () => resolve(link), down: fail } });
      links.set(name, { link, fail });
    });

  const seat = async (place: Place): Promise<Seat> => {
    const known = links.get(place.name)?.link;
    return known?.up === true ? known : open(place);
  };

  const seating: Seating = {
    groupOf: options.groupOf,
    moved: options.moved,
    seats: (groups) => Promise.all(options.places(groups).map(seat)),
    pause: (attempt) =>
      new Promise((resolve) => {
        setTimeout(resolve, random() * Math.min(2 ** attempt, limits.editPauseMaxMs));
      }),
  };

  const turn = async <Result>(edit: Edit<Result>): Promise<EditOutcome<Result>> => {
    if (closed) throw new StoreAway('closed');
    try {
      return await makeEdit(edit, seating);
    } finally {
      clearTimeout(idle);
      if (closed) closeLinks();
      else idle = setTimeout(closeLinks, limits.editIdleMs).unref();
    }
  };

  return {
    make(edit) {
      if (queued >= limits.maxQueuedEdits) {
        return Promise.reject(new StoreAway(`more than ${limits.maxQueuedEdits} edits wait`));
      }
      queued++;
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
      }, limits.maxEditWaitMs);
      const mine = last
        .then(() => {
          clearTimeout(timer);
          if (isLate) throw new StoreAway(`other edits took ${limits.maxEditWaitMs} ms`);
          return turn(edit);
        })
        .finally(() => queued--);
      last = mine.catch(() => {});
      return mine;
    },
    close() {
      closed = true;
      clearTimeout(idle);
      closeLinks();
    },
  };
}
