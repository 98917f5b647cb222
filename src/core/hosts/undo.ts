import { BerthError } from '../../shared/errors.ts';
import { type Change, type EditedHost, takeBack } from './changes.ts';
import type { Editable } from './edit.ts';
import type { KeptEdit } from './journal.ts';

type Edit = (name: string, decide: (stored: Editable) => Change) => Promise<unknown>;

/**
 * Takes back an edit: all hosts of a group, or none.
 *
 * @throws BerthError BERTH_INPUT_INVALID when it cannot be taken back, BERTH_CONFLICT with the host that stands in the
 * way, and with those that were taken back all the same because somebody changed them at this very moment
 */
export async function undoEdit({ view, hosts }: KeptEdit, edit: Edit): Promise<void> {
  if (view.undone) {
    throw new BerthError('BERTH_CONFLICT', `${view.name}: edit ${view.id} was undone before`);
  }
  if (!view.revertible) {
    throw new BerthError(
      'BERTH_INPUT_INVALID',
      `edit ${view.id} cannot be taken back: what was there of ${view.name} could not be kept`,
    );
  }
  const edited = [...hosts.values()].reverse();
  // Who stands in the way is found before anything is written.
  if (edited.length > 1) {
    for (const host of edited) {
      await edit(host.name, (stored) => {
        changeBack(host, stored);
        return null;
      });
    }
  }
  const done: EditedHost[] = [];
  try {
    for (const host of edited) {
      await edit(host.name, (stored) => changeBack(host, stored));
      done.push(host);
    }
  } catch (error) {
    throw withLeft(error, await putForward(done, edit));
  }
}

const changeBack = ({ name, before, after }: EditedHost, stored: Editable): Change =>
  before === null ? null : takeBack({ name, before, after }, stored);

/** Makes edits anew that were taken back. Returns the names where that is not possible any more. */
async function putForward(done: readonly EditedHost[], edit: Edit): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { name, before, after } of [...done].reverse()) {
    try {
      await edit(name, (stored) =>
        changeBack({ name, before: after, after: before ?? after }, stored),
      );
    } catch {
      left.push(name);
    }
  }
  return left;
}

function withLeft(error: unknown, left: readonly string[]): unknown {
  if (left.length === 0 || !(error instanceof BerthError)) return error;
  const detail = `${error.detail}; taken back all the same: ${left.join(', ')}`;
  return new BerthError(error.code, detail, { cause: error });
}
