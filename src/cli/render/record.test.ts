import { describe, expect, test } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import { createRecordLines } from './record.ts';
import { createStyle } from './style.ts';
import { widthOf } from './text.ts';

const at = new Date(2026, 2, 1, 10, 42, 7).getTime();
const plain = (width: number | null) => createRecordLines({ style: createStyle(false), width });
const record = (changes: Parameters<typeof aRecord>[0]) =>
  aRecord({ startedAt: at, host: 'app.localhost', ...changes });

const few = [
  record({ target: '/' }),
  record({ method: 'DELETE', target: '/api/users/42', status: 404, totalMs: 2.34, bytes: 90 }),
  record({ host: 'api.app.localhost', status: 304, target: '/logo.png', bytes: 0 }),
  record({ status: 101, protocol: 'ws', target: '/socket', totalMs: 61_000 }),
  record({
    status: 502,
    backend: 'http://127.0.0.1:3001',
    error: 'BERTH_BACKEND_REFUSED',
    attempts: [
      { index: 0, url: 'http://127.0.0.1:3000', ms: 1, outcome: 'BERTH_BACKEND_REFUSED' },
      { index: 1, url: 'http://127.0.0.1:3001', ms: 2, outcome: 'BERTH_BACKEND_REFUSED' },
    ],
  }),
  record({
    status: 502,
    backend: null,
    error: 'BERTH_BACKENDS_DEAD',
    dead: [
      { index: 0, reason: 'refused' },
      { index: 1, reason: 'refused' },
    ],
  }),
];

test('requests are aligned, and one that failed says why', () => {
  expect(plain(110)(few)).toEqual([
    '10:42:07 200 GET    app.localhost     /                                        127.0.0.1:3000     12 ms 1.2 kB',
    '10:42:07 404 DELETE app.localhost     /api/users/42                            127.0.0.1:3000    2.3 ms   90 B',
    '10:42:07 304 GET    api.app.localhost /logo.png                                127.0.0.1:3000     12 ms    0 B',
    '10:43:08 101 GET    app.localhost     /socket                                  127.0.0.1:3000     1 min 1.2 kB',
    '10:42:07 502 GET    app.localhost     /p?q=1                                   127.0.0.1:3001 ↻1  12 ms 1.2 kB',
    '         └ BERTH_BACKEND_REFUSED The backend refused the connection (127.0.0.1:3000 refused 1.0 ms, 127.0.0.1…',
    '10:42:07 502 GET    app.localhost     /p?q=1                                   -                  12 ms 1.2 kB',
    '         └ BERTH_BACKENDS_DEAD Every backend of this frontend is marked dead (2 dead: refused)',
  ]);
});

describe('no line is wider than the terminal', () => {
  const long = record({
    host: `${'very-'.repeat(20)}long.example.localhost`,
    target: `/${'path/'.repeat(60)}end`,
    backend: 'https://a-backend-with-a-long-name.example.internal:8443',
    method: 'PROPPATCH',
    error: 'BERTH_BACKEND_TIMEOUT',
    status: 504,
  });
  test.each([200, 120, 100, 80, 60, 50])('%i columns', (width) => {
    const lines = createRecordLines({ style: createStyle(false), width });
    for (const line of [...lines(few), ...lines([long])]) {
      expect(widthOf(line), line).toBeLessThanOrEqual(width);
    }
  });
});

test.each([60, 61, 66, 72, 79, 80, 90, 99])(
  'of %i columns a path has a third, rounded down',
  (width) => {
    const target = `/${'x'.repeat(200)}`;
    const lines = createRecordLines({ style: createStyle(false), width });
    const shown = [
      ...lines([record({ target })]),
      ...lines([
        record({ target, host: `${'long-'.repeat(9)}name.localhost`, method: 'PROPPATCH' }),
      ]),
      ...lines([record({ target, backend: 'https://a-long-name.example.internal:8443' })]),
    ];
    for (const line of shown) {
      const path = / (\/x+…x+) /.exec(line)?.[1] ?? '';
      expect(path.length, line).toBeGreaterThanOrEqual(Math.floor(width / 3));
      expect(widthOf(line)).toBeLessThanOrEqual(width);
    }
  },
);

test('what comes later makes a column wider, from there on', () => {
  const lines = plain(null);
  const [before] = lines([record({})]);
  const [wide, same] = lines([record({ host: 'a-longer-name.app.localhost' }), record({})]);
  expect(before?.indexOf('/p?q=1')).toBeLessThan(same?.indexOf('/p?q=1') ?? 0);
  expect(wide?.indexOf('/p?q=1')).toBe(same?.indexOf('/p?q=1'));
});

test('a narrow terminal shows the path before the size, and the size before the backend', () => {
  const target = `/${'path/'.repeat(8)}`;
  expect(plain(80)([record({ target })])).toEqual([
    '10:42:07 200 GET  app.localhost /path/path/path/p…th/path/ 127.0.0.1:3000  12 ms',
  ]);
  expect(plain(72)([record({ target })])).toEqual([
    '10:42:07 200 GET  app.localhost /path/path/path/path/p…path/path/  12 ms',
  ]);
  expect(plain(52)([record({ target })])).toEqual([
    '10:42:07 200 GET  app.localhost /path/pa…ath/  12 ms',
  ]);
});

describe('where paths are short', () => {
  test('nothing is left out for them', () => {
    expect(plain(80)([record({ target: '/x' }), record({ target: '/' })])).toEqual([
      '10:42:07 200 GET  app.localhost /x                  127.0.0.1:3000  12 ms 1.2 kB',
      '10:42:07 200 GET  app.localhost /                   127.0.0.1:3000  12 ms 1.2 kB',
    ]);
    expect(plain(72)([record({ target: '/x' })])).toEqual([
      '10:42:07 200 GET  app.localhost /x                 127.0.0.1:3000  12 ms',
    ]);
    expect(plain(52)([record({ target: '/x' })])).toEqual([
      '10:42:07 200 GET  app.localhost /x             12 ms',
    ]);
  });

  test('a long one gets its third, and keeps it from there on', () => {
    const lines = plain(80);
    const [first] = lines([record({ target: '/x' })]);
    expect(first).toContain('127.0.0.1:3000');
    const long = record({ target: `/${'x'.repeat(99)}`, method: 'OPTIONS' });
    const [, short] = lines([long, record({ target: '/x' })]);
    const [later = ''] = lines([record({ target: '/x' })]);
    expect(later).toBe(short);
    expect(later).not.toContain('127.0.0.1:3000');
    expect(/ \/x {2,}/.exec(later)?.[0].length).toBeGreaterThanOrEqual(Math.floor(80 / 3));
  });
});

test('a hint to the answer stands below, alone or in the trace', () => {
  const hint = 'Vite refuses the host. Add "a" to server.allowedHosts in vite.config.js.';
  expect(plain(null)([record({ hint })])[1]).toBe(`         └ ${hint}`);
  const traced = createRecordLines(
    { style: createStyle(false), width: null },
    { trace: { shared: [] } },
  );
  expect(traced([record({ hint })]).at(-1)).toBe(`         │ hint    ${hint}`);
});

test('a tunnel is told as one in the trace', () => {
  const trace = createRecordLines(
    { style: createStyle(false), width: null },
    { trace: { shared: [] } },
  );
  expect(trace([record({ method: 'CONNECT', target: 'app.localhost:443' })]).slice(2)).toEqual([
    '         │ tunnel  to Berth itself, for the requests that follow',
  ]);
});

test('in a pipe nothing is cut', () => {
  const target = `/${'path/'.repeat(60)}end`;
  expect(plain(null)([record({ target })])[0]).toContain(` ${target} `);
});

test('colours say what the status means, and what is slow', () => {
  const coloured = createRecordLines({ style: createStyle(true), width: 100 });
  const line = (changes: Parameters<typeof aRecord>[0]) => coloured([record(changes)])[0] ?? '';
  expect(line({ status: 200 })).toContain('\u001b[32m200\u001b[39m');
  expect(line({ status: 302 })).toContain('\u001b[2m302\u001b[22m');
  expect(line({ status: 404 })).toContain('\u001b[33m404\u001b[39m');
  expect(line({ status: 500 })).toContain('\u001b[31m500\u001b[39m');
  expect(line({ totalMs: 1500 })).toContain('\u001b[33m 1.5 s\u001b[39m');
  expect(line({ totalMs: 15_000 })).toContain('\u001b[31m  15 s\u001b[39m');
});

test('nothing that a client sent reaches the terminal as it is', () => {
  const hostile = record({ target: '/\u001b]0;x\u0007', method: 'G\u001bT', host: 'a\u009bb' });
  expect(plain(100)([hostile]).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

describe('what a request went through', () => {
  const retried = record({
    host: 'api.dev.localhost',
    frontend: '*.localhost',
    policy: 'round-robin',
    considered: 4,
    drained: 1,
    dead: [{ index: 2, reason: 'timed out' }],
    backend: 'http://127.0.0.1:3001',
    attempts: [
      { index: 0, url: 'http://127.0.0.1:3000', ms: 1, outcome: 'BERTH_BACKEND_REFUSED' },
      { index: 1, url: 'http://127.0.0.1:3001', ms: 12, outcome: 'answered' },
    ],
  });

  test('one that was sent again says so below, any other has one line', () => {
    expect(plain(null)([retried])[1]).toBe(
      '         └ 127.0.0.1:3000 refused 1.0 ms, 127.0.0.1:3001 answered 12 ms, 1 dead: timed out',
    );
    const [, passedOver] = plain(null)([record({ dead: [{ index: 1, reason: '' }] })]);
    expect(passedOver).toBe('         └ 1 dead');
    expect(plain(null)([record({})])).toHaveLength(1);
  });

  test('a trace has the names looked up, the choice and each try', () => {
    const trace = createRecordLines(
      { style: createStyle(false), width: null },
      { trace: { shared: [] } },
    );
    expect(trace([retried]).slice(1)).toEqual([
      '         │ lookup  api.dev.localhost → *.dev.localhost → *.localhost (as it was known)',
      '         │ choice  round-robin of 4 backends, 1 drained, backend 2 dead: timed out',
      '         │ try 1   127.0.0.1:3000  1.0 ms  refused',
      '         │ try 2   127.0.0.1:3001   12 ms  answered',
      '         │ time    2.0 ms before, 1.0 ms to connect, 7.0 ms to the first byte, 2.0 ms to the last',
    ]);
    const unknown = { host: 'a.b', frontend: null, lookup: 'store', policy: null } as const;
    expect(trace([record({ ...unknown, considered: 0 })]).slice(1)).toEqual([
      '         │ lookup  a.b → *.b → *: no frontend matches (asked of the store)',
    ]);
  });

  test('a trace is no wider than the terminal, and shows nothing that steers it', () => {
    const trace = createRecordLines(
      { style: createStyle(false), width: 50 },
      { trace: { shared: [] } },
    );
    const hostile = record({ dead: [{ index: 0, reason: `\u001b[2J${'x'.repeat(99)}` }] });
    for (const line of trace([retried, hostile])) {
      expect(widthOf(line), line).toBeLessThanOrEqual(50);
      expect(line).not.toContain('\u001b');
    }
  });
});

test.each([100, 120, 160])('one long host leaves a third of %i columns to paths', (width) => {
  const path = '/path'.repeat(40);
  const host = `${'very-'.repeat(20)}long.localhost`;
  const [line = ''] = plain(width)([record({ host, target: path })]);
  const shown = line.split(' ').find((word) => word.startsWith('/path')) ?? '';
  expect(shown.length).toBeGreaterThanOrEqual(Math.floor(width / 3));
});
