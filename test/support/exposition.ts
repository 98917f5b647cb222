/** A line of the Prometheus text format. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const types = ['counter', 'gauge', 'histogram'];

/**
 * Reads the text format 0.0.4 and refuses what promtool would: samples outside of their family, a family twice, a line
 * twice, a name or number that is none, a counter that is no `_total`, a histogram whose buckets shrink or end early.
 */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the text does not end with a newline');
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  const lines = new Set<string>();
  let help: { readonly name: string; readonly text: string } | null = null;
  let family: (Family & { readonly samples: Sample[] }) | null = null;

  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = { name, text: rest };
    else if (kind === 'TYPE') {
      if (help?.name !== name) throw new Error(`${name} has no help`);
      if (!metricName.test(name) || !types.includes(rest)) throw new Error(`not a type: ${line}`);
      if (families.has(name)) throw new Error(`${name} comes twice`);
      family = { name, type: rest, help: help.text, samples: [] };
      families.set(name, family);
    } else {
      const sample = readSample(line);
      const series = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (lines.has(series)) throw new Error(`twice: ${line}`);
      lines.add(series);
      if (family === null || !belongs(sample, family)) throw new Error(`out of place: ${line}`);
      family.samples.push(sample);
    }
  }
  for (const found of families.values()) check(found);
  return families;
}

function readSample(line: string): Sample {
  const parts = sampleLine.exec(line);
  if (parts === null) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  const inside = parts[2] ?? '';
  labelPair.lastIndex = 0;
  for (let at = 0; at < inside.length; at = labelPair.lastIndex) {
    labelPair.lastIndex = at;
    const [, name = '', value = ''] = labelPair.exec(inside) ?? [];
    if (name === '' || name in labels) throw new Error(`not labels: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
  }
  const number = parts[3] ?? '';
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return { name: parts[1] ?? '', labels, value };
}

const belongs = ({ name }: Sample, family: Family): boolean =>
  family.type === 'histogram'
    ? [`${family.name}_bucket`, `${family.name}_sum`, `${family.name}_count`].includes(name)
    : name === family.name;

function check(family: Family): void {
  const { name, type, samples } = family;
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`);
  if (type === 'counter' && samples.some(({ value }) => value < 0)) throw new Error(name);
  if (type !== 'histogram') return;
  const buckets = new Map<string, { le: number; value: number }>();
  for (const { name: line, labels, value } of samples) {
    const { le, ...others } = labels;
    const series = JSON.stringify(others);
    const last = buckets.get(series) ?? { le: Number.NEGATIVE_INFINITY, value: 0 };
    if (line.endsWith('_bucket')) {
      const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
      if (!(bound > last.le) || value < last.value) throw new Error(`${name} shrinks at ${le}`);
      buckets.set(series, { le: bound, value });
    } else if (last.le !== Number.POSITIVE_INFINITY) throw new Error(`${name} ends early`);
    else if (line.endsWith('_count') && value !== last.value) throw new Error(`${name} miscounts`);
  }
}
