import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/format.ts';
import type { HostActions } from './actions.ts';
import type { HostRow, Rows } from './model/rows.ts';

/** What can be done with all that are selected. */
export function SelectionBar({
  rows,
  all,
  actions,
}: {
  /** Those that are shown: what a filter hides is left alone. */
  readonly rows: readonly HostRow[];
  readonly all: Rows;
  readonly actions: HostActions;
}) {
  const { hostsView } = useBerth();
  const selected = useStore(hostsView.selected);
  const hosts = rows.flatMap(({ name, host }) => (selected.has(name) ? [host] : []));
  const hidden = [...selected].filter((name) => all.has(name)).length - hosts.length;
  const clear = (): void => hostsView.selected.set(new Set());
  if (hosts.length + hidden === 0) return null;
  const isAnyRunning = hosts.some(({ options }) => !options.paused);
  const isAnyPaused = hosts.some(({ options }) => options.paused);
  return (
    <section
      aria-label="Selection"
      className="flex h-10 shrink-0 items-center gap-2 border-b border-line bg-chosen px-4"
    >
      <span className="mr-2 whitespace-nowrap">
        {count(hosts.length)} selected
        {hidden > 0 && <span className="text-dim"> · {count(hidden)} hidden by the filter</span>}
      </span>
      <Button
        disabled={!isAnyRunning}
        onClick={() =>
          void actions.setPaused(
            hosts.filter(({ options }) => !options.paused),
            true,
          )
        }
      >
        Pause
      </Button>
      <Button
        disabled={!isAnyPaused}
        onClick={() =>
          void actions.setPaused(
            hosts.filter(({ options }) => options.paused),
            false,
          )
        }
      >
        Resume
      </Button>
      <Button
        look="danger"
        disabled={hosts.length === 0}
        onClick={() => {
          void actions.remove(hosts);
          clear();
        }}
      >
        Delete
      </Button>
      <Button look="quiet" onClick={clear} className="ml-auto">
        Clear selection
      </Button>
    </section>
  );
}
