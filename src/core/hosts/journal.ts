import type { EditView } from '../../shared/contract/hosts.ts';
import { limits } from '../../shared/limits.ts';
import type { Content } from './changes.ts';

/** An edit that was made, with what it takes to undo it. */
export interface KeptEdit {
  readonly view: EditView;
  /** Null: it held what cannot be put back. */
  readonly before: Content | null;
  readonly after: Content;
}

const bytesOf = ({ before, after }: KeptEdit): number => {
  let bytes = 500;
  for (const content of [before, after]) {
    bytes += (content?.options?.length ?? 0) * 2;
    for (const element of content?.list ?? []) bytes += 40 + element.length * 2;
  }
  return bytes;
};

/** The last edits made through this instance. */
export class Journal {
  readonly #edits: KeptEdit[] = [];
  #bytes = 0;
  #lastId = 0;

  add(edit: Omit<KeptEdit, 'view'> & Pick<EditView, 'at' | 'name' | 'summary'>): void {
    const { at, name, summary, before, after } = edit;
    const id = ++this.#lastId;
    const revertible = before !== null;
    const view = { id, at, name, hosts: 1, summary, undone: false, revertible };
    const kept = { view, before, after };
    this.#edits.push(kept);
    this.#bytes += bytesOf(kept);
    while (this.#edits.length > limits.maxKeptEdits || this.#bytes > limits.maxKeptEditBytes) {
      const oldest = this.#edits.shift();
      if (oldest === undefined) break;
      this.#bytes -= bytesOf(oldest);
    }
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
}
