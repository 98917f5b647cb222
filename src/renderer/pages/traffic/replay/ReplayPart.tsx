import type { NumberedRecord } from '../../../../shared/contract/traffic.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { useBerth } from '../../../app/context.ts';
import type { Replay, ReplayRun } from '../../../state/trafficReplay.ts';
import { Button } from '../../../ui/Button.tsx';
import { duration } from '../../../ui/format.ts';
import { replayMs } from '../model/difference.ts';
import { notReplayable } from '../model/replayDraft.ts';
import { ReplayAnswer } from './ReplayAnswer.tsx';
import { ReplayEditor } from './ReplayEditor.tsx';
import type { ReplayActions } from './useReplayActions.ts';

/** Sending a request again: what is to be sent, and what came of it, beside the original. */
export function ReplayPart({
  record,
  replay,
  actions,
}: {
  readonly record: NumberedRecord;
  readonly replay: Replay | undefined;
  readonly actions: Pick<ReplayActions, 'sendDraft'> & {
    /** Goes to the row of a record, where it has one. */
    goTo(record: NumberedRecord): void;
  };
}) {
  const { traffic } = useBerth();
  const { run = null, isEditing = false, note = null, draft } = replay ?? {};
  return (
    <div className="flex flex-col gap-5">
      <p role="status" className="sr-only">
        {spokenWords(record, run)}
      </p>
      {replay === undefined && <NotYet record={record} />}
      {isEditing && draft !== undefined && (
        <ReplayEditor
          record={record}
          draft={draft}
          note={note}
          onWrite={(next) => traffic.replays.write(record, next)}
          onSend={(next) => actions.sendDraft(record, next)}
          onClose={() => traffic.replays.closeEditor(record)}
        />
      )}
      {run?.kind === 'running' && (
        <p className="flex items-center justify-between">
          Sent, waiting for the answer…
          <Button onClick={() => traffic.replays.cancel(record)}>Cancel</Button>
        </p>
      )}
      {run?.kind === 'failed' && (
        <p role="alert" className="text-down">
          {visibleText(run.problem)}{' '}
          {run.code !== null && <span className="text-caption">{run.code}</span>}
        </p>
      )}
      {run?.kind === 'done' && <ReplayAnswer record={record} run={run} onGoTo={actions.goTo} />}
    </div>
  );
}

/** For those who hear the page. */
function spokenWords(record: NumberedRecord, run: ReplayRun | null): string {
  if (run?.kind !== 'done') return '';
  const { status, reason } = run.answer;
  return status === null
    ? visibleText(reason)
    : `${status} in ${duration(replayMs(run.answer))}; ${record.status} in ${duration(record.totalMs)} before`;
}

function NotYet({ record }: { readonly record: NumberedRecord }) {
  return (
    <p className="text-dim">
      {notReplayable(record) ??
        'Not sent again yet. Berth keeps neither headers nor bodies: a replay has the method, the host and the path of this request, and what you write.'}
    </p>
  );
}
