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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Pairs each sample with the reference's of its round; machine noise that hits both cancels out. */
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
    const ratios = group.flatMap((sample) => {
      const pair = samples.find(
        (other) =>
          other.contender === reference &&
          other.workload === sample.workload &&
          other.round === sample.round,
      );
      return pair === undefined ? [] : [sample.value / pair.value];
    });
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
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}
