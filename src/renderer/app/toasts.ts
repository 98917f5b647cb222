import { visibleText } from '../../shared/escapeUnseen.ts';
import { createStore, type Readable } from '../state/store.ts';

/** One line that says what was done, or why it was not. */
interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  /** Code of docs/ERRORS.md, in small type. */
  readonly code?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /** What it is about: `settled` takes it away, since there is nothing left to do. */
  readonly topic?: string | undefined;
}

export interface Toasts {
  readonly list: Readable<readonly Toast[]>;
  show(toast: Omit<Toast, 'id'>): void;
  /** Shows what an action failed with. */
  failed(error: unknown): void;
  dismiss(id: number): void;
  /** What was said about this holds no longer. */
  settled(topic: string): void;
}

/** Most that are shown at once; the oldest goes. */
const maxToasts = 4;
/** Milliseconds that one is shown; longer where there is something to do, since it has to be reached. */
const shownMs = { plain: 4000, action: 10_000 } as const;

export function createToasts(): Toasts {
  const list = createStore<readonly Toast[]>([]);
  let lastId = 0;
  const dismiss = (id: number): void =>
    list.update((all) => all.filter((toast) => toast.id !== id));
  const show = (toast: Omit<Toast, 'id'>): void => {
    const id = ++lastId;
    const text = visibleText(toast.text);
    list.update((all) => [...all.slice(1 - maxToasts), { ...toast, text, id }]);
    const lasting = toast.action !== undefined || toast.kind === 'failed';
    setTimeout(() => dismiss(id), lasting ? shownMs.action : shownMs.plain);
  };
  return {
    list,
    show,
    dismiss,
    settled: (topic) => list.update((all) => all.filter((toast) => toast.topic !== topic)),
    failed: (error) => {
      const code =
        error instanceof Error && 'code' in error && typeof error.code === 'string'
          ? error.code
          : undefined;
      const text = error instanceof Error ? error.message : String(error);
      show({ kind: 'failed', text, code });
    },
  };
}
