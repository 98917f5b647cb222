import type { Trend } from '../../state/trafficTrend.ts';
import { duration } from '../../ui/format.ts';

const width = 96;
const height = 20;

/** How long requests took: p50 as a line, p95 as a lighter one; both are told in words beside it. */
export function Latency({ trend }: { readonly trend: Trend | undefined }) {
  const last = trend?.points.at(-1);
  if (trend === undefined || last === undefined) return null;
  const { points, host } = trend;
  const most = Math.max(1, ...points.map(({ p95 }) => p95));
  const first = points[0]?.at ?? 0;
  const span = Math.max(1, last.at - first);
  const line = (of: 'p50' | 'p95'): string =>
    points
      .map((point) => {
        const x = points.length === 1 ? width : ((point.at - first) / span) * width;
        return `${x.toFixed(1)},${(height - 2 - (point[of] / most) * (height - 4)).toFixed(1)}`;
      })
      .join(' ');
  return (
    <span
      className="flex items-center gap-2 text-caption text-dim"
      title={`Requests for ${host}: p50 (the strong line) and p95, each over the minute before; of the ${duration(last.at - first)} since this page was opened`}
    >
      {points.length > 1 && (
        <svg aria-hidden width={width} height={height} className="max-[820px]:hidden">
          <g fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round">
            <polyline points={line('p95')} className="text-dim" strokeOpacity={0.7} />
            <polyline points={line('p50')} className="text-accent" />
          </g>
        </svg>
      )}
      <span className="min-w-40 text-right whitespace-nowrap">
        p50 {duration(last.p50)} · p95 {duration(last.p95)}
      </span>
    </span>
  );
}
