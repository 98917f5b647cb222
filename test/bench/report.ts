/** One measured run of one contender under one workload. */
export interface Sample {
  readonly round: number;
  readonly workload: string;
  readonly contender: string;
  /** Microseconds of CPU a request, or milliseconds of median latency. */
  readonly value: number;
  readonly requestsPerSecond: number;
  readonly failed: number;
  readonly residentMegabytes: number;
}

export interface Row {
  readonly workload: string;
  readonly contender: string;
  readonly unit: string;
  readonly value: number;
  /** Median over the rounds of value / reference value of the same round; null without a reference. */
  readonly ratio: number | null;
  readonly ratioLow: number | null;
  readonly ratioHigh: number | null;
  readonly requestsPerSecond: number;
  readonly residentMegabytes: number;
  readonly failed: number;
}

/** What one contender costs as a multiple of another, each pair from one round: for differences of a few per cent. */
export interface Comparison {
  readonly workload: string;
  readonly contender: string;
  readonly against: string;
  readonly pairs: number;
  readonly median: number;
  /** The middle half of the ratios lies between these, and all of them between the next two. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly low: number;
  readonly high: number;
}

/** @param share 0 for the least, 1 for the largest; between two values it is interpolated */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place % 1);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The values of `group` as multiples of the reference's of the same round; machine noise that hits both cancels out. */
export function ratiosTo(
  group: readonly Sample[],
  reference: string,
  samples: readonly Sample[],
): readonly number[] {
  return group.flatMap((sample) => {
    const pair = samples.find(
      (other) =>
        other.contender === reference &&
        other.workload === sample.workload &&
        other.round === sample.round,
    );
    return pair === undefined ? [] : [sample.value / pair.value];
  });
}

/** One comparison a workload, for those in which both took part. */
export function compare(
  samples: readonly Sample[],
  contender: string,
  against: string,
): readonly Comparison[] {
  const own = samples.filter((sample) => sample.contender === contender);
  return [...new Set(own.map(({ workload }) => workload))].flatMap((workload) => {
    const group = own.filter((sample) => sample.workload === workload);
    const ratios = ratiosTo(group, against, samples);
    if (ratios.length === 0) return [];
    return [
      {
        workload,
        contender,
        against,
        pairs: ratios.length,
        median: median(ratios),
        lowerQuartile: quantile(ratios, 0.25),
        upperQuartile: quantile(ratios, 0.75),
        low: Math.min(...ratios),
        high: Math.max(...ratios),
      },
    ];
  });
}

export function comparisonLine(comparison: Comparison): string {
  const { workload, contender, against, pairs } = comparison;
  const [middle, lower, upper, low, high] = [
    comparison.median,
    comparison.lowerQuartile,
    comparison.upperQuartile,
    comparison.low,
    comparison.high,
  ].map((ratio) => ratio.toFixed(3));
  const spread = pairs === 1 ? '' : `, middle half ${lower}–${upper}, all ${low}–${high}`;
  const rounds = pairs === 1 ? '1 round' : `${pairs} rounds`;
  return `${workload}: ${contender} is × ${middle} of ${against} (median of ${rounds}${spread})`;
}

/** A row for each contender under each workload. */
export function summarise(
  samples: readonly Sample[],
  reference: string,
  unitOf: (workload: string) => string,
): Row[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.workload}\u0000${sample.contender}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ratios = ratiosTo(group, reference, samples);
    return [
      {
        workload: first.workload,
        contender: first.contender,
        unit: unitOf(first.workload),
        value: median(group.map((sample) => sample.value)),
        ratio: ratios.length === 0 ? null : median(ratios),
        ratioLow: ratios.length === 0 ? null : Math.min(...ratios),
        ratioHigh: ratios.length === 0 ? null : Math.max(...ratios),
        requestsPerSecond: median(group.map((sample) => sample.requestsPerSecond)),
        residentMegabytes: Math.max(...group.map((sample) => sample.residentMegabytes)),
        failed: group.reduce((sum, sample) => sum + sample.failed, 0),
      },
    ];
  });
}

export function table(rows: readonly Row[], reference: string): string {
  const cells = [
    ['work', 'proxy', 'a request', `× ${reference}`, 'range', 'requests/s', 'RSS', 'failed'],
    ...rows.map((row) => [
      row.workload,
      row.contender,
      `${row.value.toFixed(row.unit === 'ms' ? 3 : 1)} ${row.unit}`,
      row.ratio?.toFixed(2) ?? '–',
      row.ratioLow === null || row.ratioHigh === null
        ? '–'
        : `${row.ratioLow.toFixed(2)}–${row.ratioHigh.toFixed(2)}`,
      row.requestsPerSecond.toFixed(0),
      `${row.residentMegabytes.toFixed(0)} MB`,
      String(row.failed),
    ]),
  ];
  return textTable(cells, 2);
}

/** A table in Markdown. @param leftColumns how many columns stand on the left; numbers stand on the right */
export function textTable(
  cells: readonly (readonly string[])[],
  leftColumns: number,
  rightColumns = Number.POSITIVE_INFINITY,
): string {
  const isLeft = (column: number): boolean =>
    column < leftColumns || column >= leftColumns + rightColumns;
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isLeft(column) ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const [head = [], ...body] = cells;
  const rules = widths.map((width, column) =>
    isLeft(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rules.join(' | ')} |`, ...body.map(line)].join('\n');
}
