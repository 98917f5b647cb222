import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLineFormat } from '../../src/core/accessLog/lineFormat.ts';
import { createMetrics } from '../../src/core/metrics/index.ts';
import { formatFilter, keyNames, parseFilter, pointAt } from '../../src/shared/filter/index.ts';
import { limits } from '../../src/shared/limits.ts';
import { parseExposition } from '../support/exposition.ts';
import { aRecord } from '../support/record.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** What stands in the first column of the tables of a page, between backticks. */
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

test('every filter in docs/FILTER.md is one', () => {
  const text = page('FILTER.md');
  const blocks = [...text.matchAll(/```\n([^`]*)```/g)].flatMap(([, block = '']) =>
    block.trimEnd().split('\n'),
  );
  expect(blocks.length).toBeGreaterThan(8);
  for (const example of blocks) {
    const parsed = parseFilter(example);
    expect(parsed, example).toMatchObject({ ok: true });
    if (parsed.ok) expect(parseFilter(formatFilter(parsed.filter))).toMatchObject({ ok: true });
  }
});

test('docs/FILTER.md names every key, and shows a mistake as it is shown', () => {
  const text = page('FILTER.md');
  const table = text.slice(text.indexOf('| key |'), text.indexOf('- **text**'));
  expect(firstColumn(table).sort()).toEqual([...keyNames].sort());
  const wrong = 'host:a statsu:5xx';
  const parsed = parseFilter(wrong);
  expect(parsed.ok ? '' : text).toContain(parsed.ok ? '-' : pointAt(wrong, parsed.problem));
  expect(text).toContain(`at most ${limits.maxFilterChars.toLocaleString('en')} characters`);
  const flat = text.replaceAll('\n', ' ');
  expect(flat).toContain(`at most ${limits.maxRegexStates} characters and classes`);
  expect(flat).toContain(`first ${limits.maxRegexTextChars.toLocaleString('en')} characters`);
  expect(flat).toContain(`share ${limits.filterSliceMs} ms of each turn`);
  expect(flat).toContain(`at most ${limits.maxFilters} readers`);
});

test('docs/ACCESSLOG.md shows lines as they are written, and every field of the JSON', () => {
  const text = page('ACCESSLOG.md');
  const record = aRecord({ identifier: 'app' });
  for (const format of ['hipache', 'combined'] as const) {
    expect(text).toContain(createLineFormat(format).line(record));
  }
  const fields = Object.keys(JSON.parse(createLineFormat('json').line(record)));
  expect(firstColumn(text)).toEqual(fields);
});

test('docs/METRICS.md names every metric with its type and labels', async () => {
  const text = page('METRICS.md');
  const metrics = createMetrics({
    status: () => ({
      ...{ openConnections: 0, connections: 0, connectionsRefused: 0, recordsDropped: 0 },
      ...{ workers: 1, workerCrashes: 0, storeState: 'live' },
    }),
    table: { entries: new Map(), subscribe: () => () => {} },
    states: () => [],
  });
  metrics.add([aRecord()]);
  const families = parseExposition(await metrics.text());
  expect(firstColumn(text)).toEqual(expect.arrayContaining([...families.keys()]));
  for (const { name, type, samples } of families.values()) {
    const [, documented = ''] =
      new RegExp(`^\\| \`${name}\` \\| ${type} \\| ([^|]*)\\|`, 'm').exec(text) ?? [];
    const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== 'le');
    for (const label of labels) expect(documented, name).toContain(label);
  }
  expect(text).toContain(`The first ${limits.maxMetricHosts} frontends`);
  expect(text).toContain(`and ${limits.maxMetricBackends} backends`);
});
