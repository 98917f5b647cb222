import { Columns3, Eraser, Pause, Play } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { allColumns, toggled, usualColumns } from '../../state/trafficColumns.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { count } from '../../ui/format.ts';
import { hasTerm, toggleTerm } from './model/filterText.ts';
import { quickFilters } from './model/quickFilters.ts';

/** Filters that are one click away, what is shown of how much, and what can be done with the view. */
export function Toolbar({
  text,
  onApply,
  onTogglePause,
  onClear,
}: {
  readonly text: string;
  readonly onApply: (text: string) => void;
  readonly onTogglePause: () => void;
  readonly onClear: () => void;
}) {
  const { traffic } = useBerth();
  const isPaused = useStore(traffic.holds).has('paused');
  const PauseSign = isPaused ? Play : Pause;
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-1 border-b border-line px-3 py-0.5">
      {quickFilters.map(({ word, about, term }) => {
        const isOn = hasTerm(text, term);
        return (
          <button
            key={word}
            type="button"
            aria-pressed={isOn}
            title={about}
            onClick={() => onApply(toggleTerm(text, term))}
            className={cn(
              'h-6 rounded-full border px-2.5 text-caption whitespace-nowrap',
              isOn
                ? 'border-accent bg-chosen text-text'
                : 'border-line text-dim hover:bg-hover hover:text-text',
            )}
          >
            {word}
          </button>
        );
      })}
      <div className="ml-auto flex items-center gap-1">
        <Counts isFiltered={text !== ''} />
        <Button
          look="quiet"
          aria-pressed={isPaused}
          title={isPaused ? 'Resume the view (p)' : 'Pause the view, not the capture (p)'}
          onClick={onTogglePause}
          className={cn(isPaused && 'text-paused')}
        >
          <PauseSign aria-hidden size={14} /> {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button look="quiet" title="Clear the view (x)" onClick={onClear}>
          <Eraser aria-hidden size={14} /> Clear
        </Button>
        <ColumnsMenu />
      </div>
    </div>
  );
}

/** As `1,204 of 9,871`. */
function Counts({ isFiltered }: { readonly isFiltered: boolean }) {
  const { traffic } = useBerth();
  const { matched, held, isSearching, leftOut, gone } = useStore(traffic.view.picture);
  return (
    <span className="flex items-center gap-2 px-2 text-dim">
      {leftOut > 0 && (
        <span
          className="text-degraded"
          title="More came than could be looked at, or told by the workers; the proxy served them all the same."
        >
          {count(leftOut)} left out
        </span>
      )}
      {gone > 0 && (
        <span title="The instance had no room for them any more when the rows stood still and all of them were fetched.">
          {count(gone)} not kept
        </span>
      )}
      <span data-testid="counts">
        {isFiltered ? `${count(matched)} of ${count(held)}` : count(held)}
        {isSearching && '…'}
      </span>
    </span>
  );
}

function ColumnsMenu() {
  const { traffic } = useBerth();
  const choice = useStore(traffic.columns);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" aria-label="Columns" title="Columns">
          <Columns3 aria-hidden size={14} />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 min-w-44 rounded-md border border-line bg-raised p-1 shadow-float"
        >
          {allColumns
            .filter(({ id }) => id !== 'path')
            .map(({ id, title }) => (
              <DropdownMenu.CheckboxItem
                key={id}
                checked={!choice.hidden.includes(id)}
                onSelect={(event) => event.preventDefault()}
                onCheckedChange={() => traffic.columns.update((all) => toggled(all, id))}
                className={itemClass}
              >
                <span aria-hidden className="w-3 text-accent">
                  {choice.hidden.includes(id) ? '' : '✓'}
                </span>
                {title}
              </DropdownMenu.CheckboxItem>
            ))}
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item
            className={itemClass}
            onSelect={() => traffic.columns.set(usualColumns)}
          >
            <span aria-hidden className="w-3" />
            As they were
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const itemClass =
  'flex h-7 items-center gap-2 rounded-sm px-2 outline-none select-none data-highlighted:bg-chosen';
