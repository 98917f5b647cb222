import { median } from './report.ts';

/** One figure that has a bar, or stands for itself. */
export interface Finding {
  readonly work: string;
  readonly subject: string;
  readonly unit: '×' | 'ms' | 'MB' | 'µs' | '%';
  readonly value: number;
  /** Of the rounds; the value itself where there was one. */
  readonly low: number;
  readonly high: number;
  readonly aim: FindingAim | null;
  /** What the figure is made of, in a few words. */
  readonly note: string;
}

interface FindingAim {
  readonly bar: number;
  readonly goal: number;
  readonly best: 'least' | 'most';
}

/** The median of what the rounds gave. */
export function findingOf(
  values: readonly number[],
  rest: Omit<Finding, 'value' | 'low' | 'high'>,
): Finding {
  return {
    ...rest,
    value: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

export type Verdict = 'goal met' | 'bar met' | 'missed' | '–';

export function verdictOf({ aim, value }: Finding): Verdict {
  if (aim === null) return '–';
  const reaches = (aimed: number): boolean =>
    aim.best === 'least' ? value <= aimed : value >= aimed;
  if (reaches(aim.goal)) return 'goal met';
  return reaches(aim.bar) ? 'bar met' : 'missed';
}

const decimals = { '×': 3, ms: 2, MB: 0, µs: 1, '%': 0 } as const;

function figure(value: number, unit: Finding['unit']): string {
  const text = value.toFixed(decimals[unit]);
  return unit === '×' ? `× ${text}` : `${text} ${unit}`;
}

/** As cells of a table, its head first. */
export function findingCells(findings: readonly Finding[]): readonly (readonly string[])[] {
  return [
    ['work', 'what', 'measured', 'range', 'bar', 'goal', 'verdict', 'note'],
    ...findings.map((finding) => {
      const { work, subject, unit, value, low, high, aim, note } = finding;
      const sign = aim?.best === 'most' ? '≥' : '≤';
      const aimed = (bound: number | undefined): string =>
        bound === undefined ? '–' : `${sign} ${Number(bound.toFixed(2))}`;
      return [
        ...[work, subject, figure(value, unit)],
        `${low.toFixed(decimals[unit])}–${high.toFixed(decimals[unit])}`,
        ...[aimed(aim?.bar), aimed(aim?.goal), verdictOf(finding), note],
      ];
    }),
  ];
}
