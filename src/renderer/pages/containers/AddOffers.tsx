import { useMemo } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { addOffers } from './model/addContainer.ts';
import { itemsOf } from './model/items.ts';
import { useListening } from './useListening.ts';

/** Most that are offered beside the line. */
const maxOffers = 6;

/** What runs and has no host: one press writes the line that adds it. */
export function AddOffers({
  typed,
  onTake,
}: {
  readonly typed: string;
  readonly onTake: (text: string) => void;
}) {
  const { live, containers } = useBerth();
  const view = useStore(containers.view);
  const ports = useListening();
  const hosts = useStore(live.hosts);
  const [suffix = ''] = useStore(live.status)?.suffixes ?? [];
  const offers = useMemo(
    () =>
      addOffers(typed, itemsOf(view, ports), {
        suffix,
        isTaken: (name) => hosts?.has(name) === true,
        most: maxOffers,
      }),
    [typed, view, ports, suffix, hosts],
  );
  if (offers.length === 0) return null;
  return (
    <ul aria-label="What runs" className="mt-1.5 flex flex-wrap gap-1.5">
      {offers.map(({ key, word, text }) => (
        <li key={key}>
          <button
            type="button"
            title={text}
            onClick={() => onTake(text)}
            className="flex h-6 max-w-64 items-center rounded-md border border-line px-2 text-caption text-dim hover:bg-hover hover:text-text"
          >
            <span className="truncate">{visibleText(word)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
