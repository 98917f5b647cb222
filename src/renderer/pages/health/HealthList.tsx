import { type RefObject, useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { cn } from '../../ui/cn.ts';
import { LineList } from '../../ui/LineList.tsx';
import type { LineListHandle } from '../../ui/useLineList.ts';
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
  return (
    <LineList
      label="Health of backends"
      className="@container [scrollbar-gutter:stable]"
      lines={lines}
      handle={handle}
      activeKey={activeKey}
      onActive={setActive}
      heightOf={heightOf}
      lineHeight={heights.backend}
      overscan={6}
      rowOf={({ kind }) => ({
        'aria-level': kind === 'host' ? 1 : 2,
        className: cn('border-b border-line', kind === 'backend' && 'bg-panel'),
      })}
    >
      {(line, isActive) =>
        line.kind === 'host' ? (
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
        )
      }
    </LineList>
  );
}
