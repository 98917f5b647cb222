import { useId } from 'react';
import { cn } from './cn.ts';

/** One of a few, side by side: arrows choose. */
export function Segments<T extends string>({
  label,
  describedBy,
  value,
  choices,
  isDisabled = false,
  onChange,
}: {
  readonly label: string;
  readonly describedBy?: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly word: string }[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      aria-describedby={describedBy}
      className="relative inline-flex h-7 rounded-md border border-line bg-page p-0.5"
    >
      {choices.map((choice) => (
        <label
          key={choice.value}
          className={cn(
            'flex items-center rounded-sm px-2.5 select-none has-disabled:opacity-45 has-focus-visible:outline-2 has-focus-visible:outline-accent',
            choice.value === value ? 'bg-chosen font-medium' : 'text-dim hover:text-text',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={choice.value === value}
            disabled={isDisabled}
            onChange={() => onChange(choice.value)}
          />
          {choice.word}
        </label>
      ))}
    </div>
  );
}
