import type { HostActions } from './actions.ts';
import { BackendNumber } from './BackendState.tsx';
import { AddBackend, EditBackend } from './edit/BackendFields.tsx';
import { EditIdentifier } from './edit/EditIdentifier.tsx';
import type { Line } from './model/lines.ts';

/** A field in the list: what it is for stands where a backend has its number and state. */
export function EditLine({
  line: { row, editing },
  actions,
  onClose,
}: {
  readonly line: Extract<Line, { kind: 'edit' }>;
  readonly actions: HostActions;
  readonly onClose: () => void;
}) {
  const { host } = row;
  return (
    <div
      role="gridcell"
      className="flex items-start gap-3 py-1 pr-3 pl-14 max-[820px]:gap-2 max-[820px]:pl-4"
    >
      <span className="flex pt-1.5">
        <BackendNumber
          index={editing.kind === 'backend' ? editing.place.index : null}
          of={host.backends.length}
        />
      </span>
      <span className="w-20 shrink-0 pt-1 leading-5 text-dim">
        {editing.kind === 'identifier' ? 'identifier' : editing.kind === 'new' ? 'new' : 'address'}
      </span>
      <div className="max-w-xl min-w-0 flex-1">
        {editing.kind === 'backend' ? (
          <EditBackend host={host} place={editing.place} actions={actions} onClose={onClose} />
        ) : editing.kind === 'new' ? (
          <AddBackend host={host} actions={actions} onClose={onClose} />
        ) : (
          <EditIdentifier host={host} actions={actions} onClose={onClose} />
        )}
      </div>
    </div>
  );
}
