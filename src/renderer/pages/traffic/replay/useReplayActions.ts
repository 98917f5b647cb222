import { useMemo } from 'react';
import type { NumberedRecord } from '../../../../shared/contract/traffic.ts';
import { useBerth } from '../../../app/context.ts';
import { type ReplayDraft, replayKey } from '../../../state/trafficReplay.ts';
import { draftOf, notReplayable, readDraft, whyLook } from '../model/replayDraft.ts';

export interface ReplayActions {
  /** Sends a request again, or shows it to be completed where that would not be the same, or not be harmless. */
  replay(record: NumberedRecord): void;
  /** Shows a request, to be changed and sent. */
  editReplay(record: NumberedRecord): void;
  /** Sends what was written. @returns false where it cannot be read */
  sendDraft(record: NumberedRecord, draft: ReplayDraft): boolean;
}

/** Sending requests again. */
export function useReplayActions(): ReplayActions {
  const { traffic, live, session, toasts } = useBerth();
  return useMemo(() => {
    const { replays } = traffic;
    const show = (record: NumberedRecord): void => {
      traffic.opened.set(record);
      traffic.part.set('replay');
    };
    const isPossible = (record: NumberedRecord): boolean => {
      const reason = notReplayable(record);
      if (reason !== null) toasts.show({ kind: 'failed', text: reason });
      return reason === null;
    };
    const edit = (record: NumberedRecord, note?: string): void => {
      replays.edit(record, draftOf(record), note);
      show(record);
    };
    /** @param kept what the editor has afterwards */
    const send = (record: NumberedRecord, draft: ReplayDraft, kept = draft): boolean => {
      const read = readDraft(draft, record, live.status.get()?.listeners ?? []);
      if (!read.ok) return false;
      const connection = session.state.get();
      if (connection.kind !== 'connected') {
        toasts.show({ kind: 'failed', text: 'Not connected: nothing was sent.' });
        return true;
      }
      show(record);
      void replays.send(connection.api, record, kept, read.input);
      return true;
    };
    return {
      replay: (record) => {
        if (!isPossible(record)) return;
        const before = replays.all.get().get(replayKey(record));
        if (before?.isEditing === true) {
          show(record);
          return;
        }
        const why = whyLook(record);
        const draft = draftOf(record);
        if (why !== null) edit(record, why);
        // What the record has may be nothing that can be sent: the editor says which.
        else if (!send(record, draft, before?.draft))
          edit(record, 'It cannot be sent as it was recorded.');
      },
      editReplay: (record) => {
        if (isPossible(record)) edit(record);
      },
      sendDraft: (record, draft) => send(record, draft),
    };
  }, [traffic, live, session, toasts]);
}
