import { useBerth } from '../../../app/context.ts';
import { addressOf } from '../../../app/route.ts';
import { useStore } from '../../../state/store.ts';
import { ago, bytes, count, duration, percent } from '../../../ui/format.ts';
import { RateChart } from '../../../ui/RateChart.tsx';
import type { RowTraffic } from '../model/rows.ts';

/** What a host's traffic is like. */
export function Numbers({
  name,
  traffic,
}: {
  readonly name: string;
  readonly traffic: RowTraffic | null;
}) {
  const now = useStore(useBerth().clock);
  if (traffic === null) {
    return (
      <p className="border-b border-line py-4 text-dim">
        Nobody has asked for it since the instance started.
      </p>
    );
  }
  const ms = (value: number | null): string => (value === null ? '–' : duration(value));
  const numbers: readonly (readonly [string, string])[] = [
    ['Req/s', traffic.requestsPerSecond.toFixed(1)],
    ['p50', ms(traffic.p50)],
    ['p95', ms(traffic.p95)],
    ['p99', ms(traffic.p99)],
    ['Errors', traffic.errorRate === null ? '–' : percent(traffic.errorRate)],
    ['Requests', count(traffic.requests)],
    ['Sent', bytes(traffic.bytes)],
    ['Last', ago(traffic.lastAt, now)],
  ];
  return (
    <div className="flex flex-col gap-4 border-b border-line py-4">
      <dl className="flex flex-wrap items-end gap-x-7 gap-y-3">
        {numbers.map(([label, value]) => (
          <div key={label} className="min-w-13">
            <dt className="text-caption text-dim">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <a
          href={`#${addressOf('traffic', null, { filter: `frontend:${name}` })}`}
          className="ml-auto text-accent hover:underline"
        >
          Show requests
        </a>
      </dl>
      <RateChart values={traffic.perSecond} />
    </div>
  );
}
