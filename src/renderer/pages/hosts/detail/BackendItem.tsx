import { Pencil, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { Button } from '../../../ui/Button.tsx';
import { whyParts } from '../../health/model/words.ts';
import type { HostActions } from '../actions.ts';
import { BackendNumber, BackendReason, BackendState } from '../BackendState.tsx';
import { EditBackend } from '../edit/BackendFields.tsx';
import type { ListedBackend } from '../model/backendPage.ts';
import type { HostRow } from '../model/rows.ts';
import { Weight } from './Weight.tsx';

/** A backend of a host: how it is, and everything that is changed of it. */
export function BackendItem({
  row,
  backend,
  actions,
  isEdited,
  takesFocus,
  onEdit,
  onClose,
  onFocused,
}: {
  readonly row: HostRow;
  readonly backend: ListedBackend;
  readonly actions: HostActions;
  readonly isEdited: boolean;
  /** What is written in it has just been closed. */
  readonly takesFocus: boolean;
  readonly onEdit: () => void;
  /** With the address that it has now. */
  readonly onClose: (url: string) => void;
  readonly onFocused: () => void;
}) {
  const { host } = row;
  const { index, url, health, isDrained } = backend;
  const shown = visibleText(url);
  const pencil = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!takesFocus || pencil.current === null) return;
    pencil.current.focus();
    onFocused();
  });
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <BackendNumber index={index} of={host.backends.length} />
      <BackendState health={health} isDrained={isDrained} />
      <div className="min-w-56 flex-1">
        {isEdited ? (
          <EditBackend host={host} place={{ index, url }} actions={actions} onClose={onClose} />
        ) : (
          <>
            <div className="flex items-center gap-1">
              <span title={shown} className="truncate font-mono text-mono">
                {shown}
              </span>
              <Button
                ref={pencil}
                look="quiet"
                aria-label={`Edit ${shown}`}
                onClick={onEdit}
                className="px-1.5"
              >
                <Pencil aria-hidden size={13} />
              </Button>
            </div>
            <div
              className="truncate text-caption text-dim"
              title={health === null ? undefined : whyParts(health).join(' · ')}
            >
              <BackendReason row={row} health={health} />
            </div>
          </>
        )}
      </div>
      <Weight host={host} url={url} actions={actions} />
      <div className="flex items-center gap-1.5">
        <Button onClick={() => void actions.check(row.name, url)}>Check now</Button>
        {isDrained || health?.state === 'down' ? (
          <Button
            className="w-16 justify-center"
            onClick={() => void actions.revive(row.name, url)}
          >
            Revive
          </Button>
        ) : (
          <Button className="w-16 justify-center" onClick={() => void actions.drain(row.name, url)}>
            Drain
          </Button>
        )}
        <Button
          look="quiet"
          aria-label={`Remove ${shown}`}
          title="Remove"
          className="px-1.5"
          onClick={() => void actions.removeBackend(host, url)}
        >
          <Trash2 aria-hidden size={15} />
        </Button>
      </div>
    </li>
  );
}
