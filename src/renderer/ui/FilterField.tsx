import { Search } from 'lucide-react';
import type { Ref } from 'react';

/** A line to filter a list with. */
export function FilterField({
  ref,
  label,
  placeholder,
  title,
  value,
  onChange,
  onLeave,
}: {
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  readonly placeholder: string;
  readonly title: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** By Enter or an arrow: to the list. */
  readonly onLeave: () => void;
}) {
  return (
    <div className="relative w-64 min-w-24 shrink">
      <Search
        aria-hidden
        size={14}
        className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-dim"
      />
      <input
        ref={ref}
        type="text"
        aria-label={label}
        title={title}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape' && value !== '') onChange('');
          else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) onLeave();
          else return;
          event.preventDefault();
        }}
        className="h-7 w-full rounded-md border border-line bg-panel pr-7 pl-7 placeholder:text-dim"
      />
      {value === '' && (
        <kbd
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded-sm border border-line px-1 font-mono text-caption leading-4 text-dim"
        >
          /
        </kbd>
      )}
    </div>
  );
}
