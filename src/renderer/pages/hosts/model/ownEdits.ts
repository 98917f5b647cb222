import type { HostView } from '../../../../shared/contract/hosts.ts';
import { BerthError } from '../../../../shared/errors.ts';

/**
 * Edits of a host one after the other, each on what the one before it left. What is shown follows the store a moment
 * later: without this, somebody who is quick would be told of a conflict with themselves.
 */
export interface OwnEdits {
  /**
   * @param seen the host as it is shown
   * @param write gets the host that the edit is meant for, and returns what it made of it; null when that is gone. It is
   *   called again where an own edit was taken back, so that the host is as it is shown after all
   * @param isOwn false: what it made has something of others in it, which nobody has seen yet
   */
  edit(
    seen: HostView,
    write: (meant: HostView) => Promise<HostView | null>,
    isOwn?: (meant: HostView, now: HostView) => boolean,
  ): Promise<HostView | null>;
}

/** What own edits made of a host. */
interface Made {
  /** Revisions that they replaced: whoever sees one of them means `now`. */
  readonly replaced: ReadonlySet<string>;
  readonly now: HostView;
}

export function createOwnEdits(): OwnEdits {
  const turns = new Map<string, Promise<unknown>>();
  const made = new Map<string, Made>();

  const meantBy = (seen: HostView): HostView => {
    const mine = made.get(seen.name);
    return mine?.replaced.has(seen.revision) === true ? mine.now : seen;
  };

  return {
    edit: (seen, write, isOwn = () => true) => {
      const { name } = seen;
      const before = turns.get(name) ?? Promise.resolve();
      const turn = before.then(async () => {
        let meant = meantBy(seen);
        const now = await write(meant).catch(async (refusal: unknown) => {
          if (meant === seen || !isConflict(refusal)) throw refusal;
          meant = seen;
          return await write(seen).catch(() => {
            throw refusal;
          });
        });
        const known = meant === seen ? [] : (made.get(name)?.replaced ?? []);
        if (now === null) made.delete(name);
        else if (isOwn(meant, now)) {
          made.set(name, { replaced: new Set([...known, meant.revision]), now });
        }
        return now;
      });
      const over = turn.catch(() => undefined);
      turns.set(name, over);
      void over.then(() => {
        if (turns.get(name) === over) turns.delete(name);
      });
      return turn;
    },
  };
}

const isConflict = (error: unknown): boolean =>
  error instanceof BerthError && error.code === 'BERTH_CONFLICT';
