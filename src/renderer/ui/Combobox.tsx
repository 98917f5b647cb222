import { type Ref, useId, useState } from 'react';
import { visibleText } from '../../shared/escapeUnseen.ts';
import { cn } from './cn.ts';

/**
 * A line to write in, with offers that arrows choose from. Enter on an offer takes it; without one it does what Enter
 * does in a form.
 */
export function Combobox({
  ref,
  label,
  describedBy,
  value,
  placeholder,
  offers,
  noteOf,
  isInvalid,
  onChange,
}: {
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  readonly describedBy: string;
  readonly value: string;
  readonly placeholder: string;
  readonly offers: readonly string[];
  /** What stands beside an offer; empty for nothing. */
  readonly noteOf: (offer: string) => string;
  readonly isInvalid: boolean;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const close = (): void => {
    setOpen(false);
    setAt(null);
  };
  const take = (offer: string): void => {
    onChange(offer);
    close();
  };
  const isShown = isOpen && offers.length > 0;
  const chosen = isShown && at !== null ? offers[at] : undefined;
  return (
    <div className="relative min-w-0 flex-1">
      <input
        ref={ref}
        role="combobox"
        aria-label={label}
        aria-describedby={describedBy}
        aria-expanded={isShown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${at}`}
        aria-invalid={isInvalid}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => {
          setOpen(true);
          setAt(null);
          onChange(event.currentTarget.value);
        }}
        onBlur={close}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const last = offers.length - 1;
          if (event.key === 'ArrowDown') {
            setOpen(true);
            setAt(at === null || at >= last ? 0 : at + 1);
          } else if (event.key === 'ArrowUp') {
            setOpen(true);
            setAt(at === null || at <= 0 ? last : at - 1);
          } else if (event.key === 'Enter' && chosen !== undefined) take(chosen);
          else if (event.key === 'Escape' && isShown) close();
          else return;
          event.preventDefault();
        }}
        className="h-8 w-full rounded-md border border-line bg-panel px-2.5 font-mono text-mono placeholder:text-dim aria-invalid:border-down"
      />
      <div
        id={id}
        role="listbox"
        aria-label={`${label}: offers`}
        hidden={!isShown}
        className="absolute inset-x-0 top-9 z-20 max-h-64 overflow-auto rounded-md border border-line bg-raised p-1 shadow-float"
      >
        {offers.map((offer, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={offer}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            // Before the field loses the focus, which closes the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(offer)}
            className={cn(
              'flex h-7 items-center gap-3 rounded-sm px-2 select-none hover:bg-hover',
              index === at && 'bg-chosen',
            )}
          >
            <span className="min-w-0 truncate font-mono text-mono">{visibleText(offer)}</span>
            <span className="ml-auto shrink-0 text-caption text-dim">{noteOf(offer)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
