import { type RefObject, useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { type LineListHandle, useLineList } from '../../ui/useLineList.ts';
import type { HostActions } from '../hosts/actions.ts';
import { BackendHealthLine } from './BackendHealthLine.tsx';
import { HostHealthLine } from './HostHealthLine.tsx';
import type { HealthLine } from './model/lines.ts';

/** Pixels. */
const heights = { host: 40, backend: 56 } as const;
const heightOf = ({ kind }: HealthLine): number => heights[kind];

/** Hosts, each above its backends. */
export function HealthList({
  lines,
  actions,
  handle,
}: {
  readonly lines: readonly HealthLine[];
  readonly actions: HostActions;
  readonly handle: RefObject<LineListHandle<HealthLine> | null>;
}) {
  const { trends } = useBerth();
  const trend = useStore(trends);
  const [activeKey, setActive] = useState<string | null>(null);
  const { scroller, virtualizer, activeIndex } = useLineList({
    lines,
    handle,
    activeKey,
    onActive: setActive,
    heightOf,
    lineHeight: heights.backend,
    overscan: 6,
  });

  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Health of backends"
      aria-rowcount={lines.length}
      className="@container min-h-0 flex-1 overflow-auto [scrollbar-gutter:stable]"
    >
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const isActive = index === activeIndex;
          return (
            <div
              key={key}
              role="row"
              data-index={index}
              aria-rowindex={index + 1}
              aria-level={line.kind === 'host' ? 1 : 2}
              tabIndex={isActive ? 0 : -1}
              onFocus={() => setActive(line.key)}
              className={cn(
                'absolute inset-x-0 top-0 border-b border-line',
                line.kind === 'backend' && 'bg-panel',
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {line.kind === 'host' ? (
                <HostHealthLine
                  host={line.host}
                  state={line.state}
                  trend={trend.get(line.host.name)}
                  isActive={isActive}
                />
              ) : (
                <BackendHealthLine
                  host={line.host}
                  backend={line.backend}
                  isActive={isActive}
                  actions={actions}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
