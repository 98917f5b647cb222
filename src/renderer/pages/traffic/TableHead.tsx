import { useBerth } from '../../app/context.ts';
import { type Column, resized, unsized } from '../../state/trafficColumns.ts';
import { cn } from '../../ui/cn.ts';

/** Pixels that a key moves the edge of a column. */
const keyStep = 16;

/** Names of the columns; their edges can be dragged, or moved with the arrow keys. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-page">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-7 items-center border-b border-line text-caption text-dim [grid-template-columns:var(--columns)]"
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={cn(
              'relative flex h-full min-w-0 items-center px-2',
              column.isNumber && 'justify-end',
            )}
          >
            <span className="truncate" title={column.about}>
              {column.title}
            </span>
            <Edge column={column} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Edge({ column }: { readonly column: Column }) {
  const { traffic } = useBerth();
  const { width } = column;
  const set = (next: number): void =>
    traffic.columns.update((all) => resized(all, column.id, next));
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuenow={Math.round(width)}
      tabIndex={0}
      title="Drag, or arrow keys; double-click for as wide as its texts"
      className="absolute top-1 right-0 bottom-1 w-1.5 cursor-col-resize border-r border-line hover:border-accent focus-visible:border-accent"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        set(width + (event.key === 'ArrowRight' ? keyStep : -keyStep));
      }}
      onDoubleClick={() => traffic.columns.update((all) => unsized(all, column.id))}
      onPointerDown={(event) => {
        event.preventDefault();
        const edge = event.currentTarget;
        // The path is as wide as there is room: what is dragged is what one sees.
        const begun = edge.parentElement?.getBoundingClientRect().width ?? width;
        const from = event.clientX;
        edge.setPointerCapture(event.pointerId);
        const move = ({ clientX }: PointerEvent): void => set(begun + clientX - from);
        const end = (): void => {
          edge.removeEventListener('pointermove', move);
          edge.removeEventListener('lostpointercapture', end);
        };
        edge.addEventListener('pointermove', move);
        edge.addEventListener('lostpointercapture', end);
      }}
    />
  );
}
