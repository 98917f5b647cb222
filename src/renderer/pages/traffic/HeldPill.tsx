import { ArrowUp, Play } from 'lucide-react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { count } from '../../ui/format.ts';

/** Says that the view is paused, or how many wait while rows stand still, and lets them go on. */
export function HeldPill({ onLatest }: { readonly onLatest: () => void }) {
  const { traffic } = useBerth();
  const { isHeld, waiting } = useStore(traffic.view.picture);
  const holds = useStore(traffic.holds);
  const isPaused = holds.has('paused');
  const isSaving = holds.has('saving') && holds.size === 1;
  if (!isHeld || isSaving || (!isPaused && waiting === 0)) return null;
  const Sign = isPaused ? Play : ArrowUp;
  const came = waiting === 0 ? 'nothing new' : `${count(waiting)} new`;
  return (
    <button
      type="button"
      onClick={onLatest}
      className="absolute bottom-3 left-1/2 z-20 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3 whitespace-nowrap shadow-float hover:bg-hover"
    >
      <Sign aria-hidden size={13} className={isPaused ? 'text-paused' : 'text-accent'} />
      {isPaused ? `Paused, ${came} · resume` : `${came} · jump to latest`}
    </button>
  );
}
