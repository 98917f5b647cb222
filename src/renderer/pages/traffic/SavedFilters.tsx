import { Bookmark, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { savedFilterBounds } from '../../state/traffic.ts';
import { Button } from '../../ui/Button.tsx';

const examples = ['status>=500', 'dur>500', 'method:POST'] as const;

/** Filters that a person keeps by name. */
export function SavedFilters({
  text,
  onApply,
}: {
  readonly text: string;
  readonly onApply: (text: string) => void;
}) {
  const { traffic } = useBerth();
  const saved = useStore(traffic.saved);
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const current = saved.find(({ filter }) => filter === text);
  const save = (): void => {
    const trimmed = name.trim();
    if (trimmed === '' || text === '') return;
    traffic.saved.update((all) =>
      [...all.filter((one) => one.name !== trimmed), { name: trimmed, filter: text }].slice(
        -savedFilterBounds.filters,
      ),
    );
    setName('');
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button title="Filters that you keep" className="max-w-40">
          <Bookmark
            aria-hidden
            size={14}
            className={current === undefined ? '' : 'fill-accent text-accent'}
          />
          <span className="truncate">
            {current === undefined ? 'Saved' : visibleText(current.name)}
          </span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Saved filters"
          className="z-40 w-80 rounded-md border border-line bg-raised p-1 shadow-float"
        >
          {saved.length === 0 && (
            <div className="px-2 py-1.5 text-dim">
              {text === '' ? (
                <>
                  <p>
                    None yet. Write a filter in the line beside this; its name is asked for here
                    then. To begin with:
                  </p>
                  <ul className="mt-1.5 flex flex-wrap gap-1.5">
                    {examples.map((example) => (
                      <li key={example}>
                        <Button onClick={() => onApply(example)}>
                          <span className="font-mono text-mono">{example}</span>
                        </Button>
                      </li>
                    ))}
                  </ul>
                </>
              ) : (
                'None yet. Give this filter a name, and Enter keeps it.'
              )}
            </div>
          )}
          {saved.map((one) => (
            <div key={one.name} className="group flex items-center rounded-sm hover:bg-hover">
              <button
                type="button"
                className="flex min-w-0 flex-1 flex-col items-start px-2 py-1"
                onClick={() => {
                  onApply(one.filter);
                  setOpen(false);
                }}
              >
                <span>{visibleText(one.name)}</span>
                <span className="max-w-full truncate font-mono text-caption text-dim">
                  {visibleText(one.filter)}
                </span>
              </button>
              <button
                type="button"
                aria-label={`Forget ${visibleText(one.name)}`}
                title="Forget"
                onClick={() =>
                  traffic.saved.update((all) => all.filter(({ name: other }) => other !== one.name))
                }
                className="mr-1 flex size-6 items-center justify-center rounded-sm text-dim hover:text-text"
              >
                <X aria-hidden size={13} />
              </button>
            </div>
          ))}
          {text !== '' && (
            <form
              className="mt-1 flex gap-2 border-t border-line px-2 pt-2 pb-1"
              onSubmit={(event) => {
                event.preventDefault();
                save();
              }}
            >
              <input
                aria-label="Name of this filter"
                placeholder="Name of this filter"
                maxLength={savedFilterBounds.nameChars}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                className="h-7 min-w-0 flex-1 rounded-md border border-line bg-panel px-2 placeholder:text-dim"
              />
              <Button type="submit" disabled={name.trim() === ''}>
                Save
              </Button>
            </form>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
