import type { Refusal } from './refusal.ts';

/** Always there, so that a screen reader hears what comes. */
export function RefusalLine({
  id,
  refusal,
}: {
  readonly id: string;
  readonly refusal: Refusal | null;
}) {
  return (
    <p id={id} aria-live="polite" className="text-caption break-words text-down empty:hidden">
      {refusal !== null && (
        <>
          <span aria-hidden>▲ </span>
          {refusal.text} <span className="text-dim">{refusal.code}</span>
        </>
      )}
    </p>
  );
}
