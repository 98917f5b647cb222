import { type Ref, useState } from 'react';

/** A field for one line in mono, in which the part that is wrong is underlined where it stands. */
export function MarkedInput({
  ref,
  label,
  describedBy,
  value,
  placeholder,
  problem,
  onChange,
}: {
  readonly ref: Ref<HTMLInputElement>;
  readonly label: string;
  readonly describedBy: string;
  readonly value: string;
  readonly placeholder: string;
  readonly problem: { readonly start: number; readonly end: number } | null;
  readonly onChange: (value: string) => void;
}) {
  const [scrolled, setScrolled] = useState(0);
  return (
    <div className="relative min-w-0 flex-1">
      <input
        ref={ref}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={problem !== null}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
        className="h-8 w-full rounded-md border border-line bg-page px-2.5 font-mono text-mono placeholder:text-dim"
      />
      {problem !== null && (
        <div
          aria-hidden
          className="pointer-events-none absolute inset-x-[11px] top-0 h-8 overflow-hidden font-mono text-mono leading-8 whitespace-pre text-transparent"
        >
          <span className="relative" style={{ left: -scrolled }}>
            {value.slice(0, problem.start)}
            <span className="underline decoration-down decoration-wavy underline-offset-4">
              {value.slice(problem.start, problem.end)}
            </span>
          </span>
        </div>
      )}
    </div>
  );
}
