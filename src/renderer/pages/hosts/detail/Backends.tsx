import { type RefObject, useMemo, useState } from 'react';
import { useIsCurrent } from '../../../app/context.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { count } from '../../../ui/format.ts';
import type { HostActions } from '../actions.ts';
import { AddBackend } from '../edit/BackendFields.tsx';
import {
  type BackendPage,
  backendPage,
  backendsPerPage,
  listedBackends,
} from '../model/backendPage.ts';
import type { HostRow } from '../model/rows.ts';
import { BackendItem } from './BackendItem.tsx';
import { Section } from './Section.tsx';

/** Where a host's requests go. */
export function Backends({
  row,
  actions,
  adding,
}: {
  readonly row: HostRow;
  readonly actions: HostActions;
  /** Around the field for one more. */
  readonly adding: RefObject<HTMLDivElement | null>;
}) {
  const [filter, setFilter] = useState('');
  const [page, setPage] = useState(0);
  const [edited, setEdited] = useState<string | null>(null);
  /** Of one whose field was closed: with another address it is another line, which comes a moment later. */
  const [closed, setClosed] = useState<string | null>(null);
  const all = useMemo(() => listedBackends(row), [row]);
  const found = useMemo(
    () => backendPage(all, { filter, page, edited }),
    [all, filter, page, edited],
  );
  const isCurrent = useIsCurrent();
  const isLong = all.length > backendsPerPage;
  return (
    <Section
      title="Backends"
      aside={
        all.length > 0 && (
          <>
            <span className="text-dim">
              {count(row.up)} of {count(all.length)} up{!isCurrent && ' when last known'}
            </span>
            {isLong && (
              <input
                aria-label="Filter the backends of this host"
                title="Words of address, state or reason, as: down refused; #12 for one by its number"
                placeholder="Filter backends"
                value={filter}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => {
                  setFilter(event.currentTarget.value);
                  setPage(0);
                }}
                onKeyDown={(event) => {
                  if (event.key !== 'Escape' || filter === '') return;
                  event.preventDefault();
                  setFilter('');
                }}
                className={cn(fieldLook, 'ml-auto w-56 min-w-0 placeholder:text-dim')}
              />
            )}
          </>
        )
      }
    >
      <ul className="divide-y divide-line border-y border-line">
        {found.shown.map((backend) => (
          <BackendItem
            key={backend.key}
            row={row}
            backend={backend}
            actions={actions}
            isEdited={edited === backend.key}
            takesFocus={closed === backend.url && edited === null}
            onEdit={() => {
              setClosed(null);
              setEdited(backend.key);
            }}
            onClose={(url) => {
              setEdited(null);
              setClosed(url);
            }}
            onFocused={() => setClosed(null)}
          />
        ))}
      </ul>
      {all.length === 0 && (
        <p className="py-2 text-dim">None. Every request is a 502 until there is one.</p>
      )}
      {isLong && <Pager all={all.length} found={found} onPage={setPage} />}
      <div ref={adding} className="mt-3 max-w-md">
        <AddBackend host={row.host} actions={actions} onClose={null} />
      </div>
    </Section>
  );
}

/** Which of them are shown, and the way to the others. */
function Pager({
  all,
  found: { shown, matching, page, pages },
  onPage,
}: {
  readonly all: number;
  readonly found: BackendPage;
  readonly onPage: (page: number) => void;
}) {
  const first = page * backendsPerPage + 1;
  return (
    <nav aria-label="Pages of backends" className="flex h-11 items-center gap-2 text-dim">
      <span role="status">
        {matching === 0
          ? `0 of ${count(all)}`
          : `${count(first)}–${count(first + shown.length - 1)} of ${count(matching)}`}
        {matching > 0 && matching < all && `, ${count(all)} in all`}
      </span>
      {pages > 1 && (
        <>
          <Button className="ml-auto" disabled={page === 0} onClick={() => onPage(page - 1)}>
            Previous
          </Button>
          <Button disabled={page === pages - 1} onClick={() => onPage(page + 1)}>
            Next
          </Button>
        </>
      )}
    </nav>
  );
}
