import type { EditView } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import type { Content, EditedHost } from './changes.ts';
import type { EditGroup } from './hosts.ts';

/** An edit that was made, with what it takes to undo it. */
export interface KeptEdit {
  readonly view: EditView;
  readonly group: string | null;
  /** In the order in which they were first edited. */
  readonly hosts: ReadonlyMap<string, EditedHost>;
  readonly bytes: number;
}

const bytesOf = ({ before, after }: EditedHost): number => {
  let bytes = 500;
  for (const content of [before, after]) {
    bytes += (content?.options?.length ?? 0) * 2;
    for (const element of content?.list ?? []) bytes += 40 + element.length * 2;
    for (const text of Object.values(content?.mappings ?? {})) bytes += 200 + text.length * 2;
  }
  return bytes;
};

const isSame = (a: Content | null, b: Content): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Two edits of a host as one. What somebody else did to it in between could not be kept. */
const joined = (first: EditedHost | undefined, second: EditedHost): EditedHost =>
  first === undefined
    ? second
    : { ...second, before: isSame(second.before, first.after) ? first.before : null };

/** The last edits made through this instance. */
export class Journal {
  #edits: KeptEdit[] = [];
  #lastId = 0;

  add(
    { at, summary, ...host }: EditedHost & Pick<EditView, 'at' | 'summary'>,
    group?: EditGroup | undefined,
  ): void {
    const known = this.#edits.find(
      (edit) => group !== undefined && edit.group === group.id && !edit.view.undone,
    );
    const isWhole = known === undefined || known.hosts.size > 0;
    const hosts = (known?.hosts ?? new Map<string, EditedHost>()) as Map<string, EditedHost>;
    const { name } = host;
    const before = hosts.get(name);
    const now = joined(before, host);
    let bytes = known?.bytes ?? 0;
    if (before !== undefined) bytes -= bytesOf(before);
    // What is as it was is no edit.
    if (before !== undefined && isSame(now.before, now.after)) hosts.delete(name);
    else if (isWhole) {
      hosts.set(name, now);
      bytes += bytesOf(now);
    }
    const count = isWhole ? hosts.size : (known?.view.hosts ?? 0) + 1;
    this.#edits = this.#edits.filter((edit) => edit !== known);
    if (count === 0) return;
    this.#edits.push({
      view: {
        id: known?.view.id ?? ++this.#lastId,
        at,
        name: hosts.keys().next().value ?? known?.view.name ?? name,
        hosts: count,
        summary: count > 1 && group !== undefined ? `${group.verb} ${count} hosts` : summary,
        undone: false,
        revertible:
          (known?.view.revertible ?? true) && isWhole ? now.before !== null : isRevertible(hosts),
      },
      group: group?.id ?? null,
      hosts,
      bytes,
    });
    this.#bound();
  }

  /** Newest first. */
  list(): readonly EditView[] {
    return this.#edits.map(({ view }) => view).reverse();
  }

  /** The edit with this number, or the last one that was not undone. */
  find(id: number | undefined): KeptEdit | null {
    const found = this.#edits.findLast(({ view }) =>
      id === undefined ? !view.undone : view.id === id,
    );
    return found ?? null;
  }

  /** The edit was taken back. */
  undone(id: number): EditView | null {
    const at = this.#edits.findIndex(({ view }) => view.id === id);
    const found = this.#edits[at];
    if (found === undefined) return null;
    const view = { ...found.view, undone: true };
    this.#edits[at] = { ...found, view };
    return view;
  }

  #bound(): void {
    const isOver = (): boolean =>
      this.#edits.length > limits.maxKeptEdits ||
      this.#sum(({ bytes }) => bytes) > limits.maxKeptEditBytes ||
      this.#sum(({ hosts }) => hosts.size) > limits.maxKeptEditHosts;
    while (this.#edits.length > 1 && isOver()) this.#edits.shift();
    const [only] = this.#edits;
    // Half of a group is not worth keeping: it is told, and cannot be taken back.
    if (only !== undefined && isOver()) {
      const view = { ...only.view, revertible: false };
      this.#edits = [{ ...only, view, hosts: new Map(), bytes: 0 }];
    }
  }

  #sum(of: (edit: KeptEdit) => number): number {
    return this.#edits.reduce((sum, edit) => sum + of(edit), 0);
  }
}

const isRevertible = (hosts: ReadonlyMap<string, EditedHost>): boolean =>
  hosts.size > 0 && [...hosts.values()].every(({ before }) => before !== null);
