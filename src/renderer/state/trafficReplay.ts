import type { ControlApi } from '../../client/client.ts';
import type { ReplayInput } from '../../shared/contract/replay.ts';
import type { NumberedRecord, Replayed } from '../../shared/contract/traffic.ts';
import { createStore, type Readable } from './store.ts';

/** A request as a person writes it. */
export interface ReplayDraft {
  readonly method: string;
  readonly path: string;
  /** `Name: value`, one a line. */
  readonly headers: string;
  readonly body: string;
  /** How the body is written. */
  readonly encoding: 'utf8' | 'base64';
}

/** What came of sending one. */
export type ReplayRun =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'done';
      readonly method: string;
      readonly path: string;
      readonly answer: Replayed;
    }
  /** It was not sent, or nobody knows what came of it. */
  | { readonly kind: 'failed'; readonly problem: string; readonly code: string | null };

/** A request that is sent again, or may be. */
export interface Replay {
  readonly draft: ReplayDraft;
  /** The draft is shown, to be changed. */
  readonly isEditing: boolean;
  /** Why it was not sent at once. */
  readonly note: string | null;
  readonly run: ReplayRun | null;
}

/** Replays by the record that they began with, also while another page is shown; the oldest goes for one too many. */
export interface Replays {
  readonly all: Readable<ReadonlyMap<string, Replay>>;
  /** Shows a draft to be changed: the one that is there, or this one. */
  edit(record: NumberedRecord, draft: ReplayDraft, note?: string): void;
  write(record: NumberedRecord, draft: ReplayDraft): void;
  closeEditor(record: NumberedRecord): void;
  /** Never rejects. */
  send(
    api: Pick<ControlApi, 'traffic'>,
    record: NumberedRecord,
    draft: ReplayDraft,
    input: ReplayInput,
  ): Promise<void>;
  cancel(record: NumberedRecord): void;
}

/** Replays that are kept: each has an answer of up to a quarter of a mebibyte. */
const maxReplays = 20;

/** Of one record among those of all instances that this page has seen. */
export const replayKey = ({ id, startedAt }: Pick<NumberedRecord, 'id' | 'startedAt'>): string =>
  `${id} ${startedAt}`;

export function createReplays(): Replays {
  const all = createStore<ReadonlyMap<string, Replay>>(new Map());
  const underWay = new Map<string, AbortController>();

  function put(key: string, replay: Replay): void {
    const next = new Map(all.get());
    next.delete(key);
    next.set(key, replay);
    for (const oldest of next.keys()) {
      if (next.size <= maxReplays) break;
      next.delete(oldest);
      underWay.get(oldest)?.abort();
    }
    all.set(next);
  }
  const change = (key: string, changed: Partial<Replay>): void => {
    const replay = all.get().get(key);
    if (replay !== undefined) all.set(new Map(all.get()).set(key, { ...replay, ...changed }));
  };

  return {
    all,
    edit: (record, draft, note) => {
      const key = replayKey(record);
      const before = all.get().get(key);
      put(key, {
        draft: before?.draft ?? draft,
        isEditing: true,
        note: note ?? null,
        run: before?.run ?? null,
      });
    },
    write: (record, draft) => change(replayKey(record), { draft }),
    closeEditor: (record) => {
      const key = replayKey(record);
      if (all.get().get(key)?.run == null) {
        all.update((replays) => {
          const next = new Map(replays);
          next.delete(key);
          return next;
        });
      } else change(key, { isEditing: false, note: null });
    },
    send: async (api, record, draft, input) => {
      const key = replayKey(record);
      underWay.get(key)?.abort();
      const leaving = new AbortController();
      const { signal } = leaving;
      underWay.set(key, leaving);
      put(key, { draft, isEditing: false, note: null, run: { kind: 'running' } });
      const tell = (run: ReplayRun): void => {
        if (underWay.get(key) === leaving) change(key, { run });
      };
      try {
        const answer = await api.traffic.replay(
          { ...input, headers: input.headers.map(([name, value]) => [name, value]) },
          { signal },
        );
        tell({ kind: 'done', method: input.method, path: input.path, answer });
      } catch (error) {
        tell(
          signal.aborted
            ? { kind: 'failed', problem: 'Cancelled. It may have reached the backend.', code: null }
            : failed(error),
        );
      } finally {
        if (underWay.get(key) === leaving) underWay.delete(key);
      }
    },
    cancel: (record) => underWay.get(replayKey(record))?.abort(),
  };
}

const failed = (error: unknown): ReplayRun => ({
  kind: 'failed',
  problem: error instanceof Error ? error.message : String(error),
  code:
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null,
});
