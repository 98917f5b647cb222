import { useState } from 'react';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { describeChanges } from '../model/changes.ts';
import { useLatest } from '../useLatest.ts';

/** Something of a host that is being written, and not saved yet. */
export interface HostDraft<T> {
  /** Null while nothing was changed. */
  readonly value: T | null;
  /** What others did to the host since the first key; a save is refused as long as it was not shown. */
  readonly meanwhile: readonly string[];
  readonly edit: (value: T) => void;
  readonly discard: () => void;
  readonly save: (write: (seen: HostView, value: T) => Promise<boolean>) => Promise<boolean>;
}

export function useDraft<T>(host: HostView): HostDraft<T> {
  const [draft, setDraft] = useState<{
    readonly value: T;
    readonly seen: HostView;
    readonly shown: HostView;
  } | null>(null);
  const latest = useLatest(host);
  return {
    value: draft?.value ?? null,
    meanwhile: draft === null ? [] : describeChanges(draft.shown, host),
    edit: (value) =>
      setDraft((before) => ({ value, seen: before?.seen ?? host, shown: before?.shown ?? host })),
    discard: () => setDraft(null),
    save: async (write) => {
      if (draft === null) return true;
      const isDone = await write(draft.seen, draft.value);
      // Refused: what others did has been told, and the next save is meant in spite of it.
      setDraft(isDone ? null : { ...draft, seen: latest.current });
      return isDone;
    },
  };
}
