import { cn } from './cn.ts';

/** On or off, at once. */
export function Switch({
  label,
  describedBy,
  isOn,
  isDisabled,
  onChange,
}: {
  readonly label: string;
  readonly describedBy?: string;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-describedby={describedBy}
      disabled={isDisabled}
      onClick={() => onChange(!isOn)}
      className={cn(
        'relative h-5 w-9 shrink-0 rounded-full border transition-colors duration-120 ease-out disabled:opacity-45',
        isOn ? 'border-accent bg-accent' : 'border-dim bg-page',
      )}
    >
      <span
        aria-hidden
        className={cn(
          'absolute top-[3px] size-3 rounded-full transition-[left] duration-120 ease-out',
          isOn ? 'left-[19px] bg-on-accent' : 'left-[3px] bg-dim',
        )}
      />
    </button>
  );
}
