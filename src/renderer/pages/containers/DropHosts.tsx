import { type ReactNode, useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { offeredHosts } from './model/hostChoice.ts';

/** Hosts that are drawn as places to drop on; more are found by their name in the form. */
const maxPlaces = 200;

/** While something is dragged: where it can be dropped. */
export function DropHosts({
  title,
  suggestion,
  onDrop,
}: {
  readonly title: string;
  readonly suggestion: string;
  readonly onDrop: (name: string) => void;
}) {
  const hosts = useStore(useBerth().live.hosts);
  const names = offeredHosts('', suggestion, hosts?.keys() ?? [], maxPlaces);
  return (
    <section aria-label="Hosts to drop on" className="flex flex-col gap-3">
      <h2 className="text-heading font-semibold">
        Drop <span className="font-mono">{visibleText(title)}</span> on a host
      </h2>
      <ul className="flex flex-col gap-1.5">
        {names.map((name) => {
          const { length } = hosts?.get(name)?.backends ?? [];
          return (
            <Place key={name} onDrop={() => onDrop(name)}>
              <span className="min-w-0 truncate font-mono text-mono">{visibleText(name)}</span>
              <span className="ml-auto shrink-0 text-caption text-dim">
                {hosts?.has(name) !== true
                  ? 'a new host'
                  : length === 0
                    ? 'no backend yet'
                    : `shares its requests with ${length === 1 ? 'a backend' : `${length} backends`}`}
              </span>
            </Place>
          );
        })}
      </ul>
    </section>
  );
}

function Place({
  onDrop,
  children,
}: {
  readonly onDrop: () => void;
  readonly children: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  return (
    <li
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'link';
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
      className={cn(
        'flex h-9 items-center gap-3 rounded-md border border-dashed px-3',
        isOver ? 'border-accent bg-chosen' : 'border-dim',
      )}
    >
      {children}
    </li>
  );
}
