import { plainAddress } from '../model/plainAddress.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Filter, NumberKey, Pattern, Test, TextKey, WordKey } from './ast.ts';
import { compileRegex } from './regex/index.ts';
import { resolveMoment } from './values.ts';

export type RecordPredicate = (record: RequestRecord) => boolean;

type Matches = (text: string) => boolean;

/**
 * The filter as a question about a record: it costs no more than a few looks at the record's text, whatever that text
 * is. Times such as `10:30` and `5m` are seen from `now`, Unix milliseconds.
 */
export function compileFilter({ terms }: Filter, now: number = Date.now()): RecordPredicate {
  const place = createPlace();
  const tests = terms
    .map((term) => ({ ...compileTest(term.test, place, now), wanted: !term.negated }))
    .sort((a, b) => a.cost - b.cost);
  if (tests.length === 0) return () => true;
  return (record) => {
    for (const { holds, wanted } of tests) if (holds(record) !== wanted) return false;
    return true;
  };
}

interface CompiledTest {
  /** Cheap ones are asked first. */
  readonly cost: number;
  readonly holds: RecordPredicate;
}

function compileTest(test: Test, place: Place, now: number): CompiledTest {
  switch (test.kind) {
    case 'words': {
      const matches = contains(test.pattern);
      return { cost: 3, holds: (record) => matches(place.folded(record)) };
    }
    case 'regex': {
      const matches = compileRegex(test.source, test.ignoreCase);
      return { cost: 4, holds: (record) => matches(place.asIs(record)) };
    }
    case 'text': {
      const read = texts[test.key];
      const matches = anyOf(test.any.map(test.exact ? equals : fits));
      return { cost: 2, holds: (record) => matches(read(record).toLowerCase()) };
    }
    case 'word': {
      const read = words[test.key];
      const matches = anyOf(test.any.map(equals));
      return { cost: 1, holds: (record) => matches(read(record).toLowerCase()) };
    }
    case 'ranges': {
      const read = numbers[test.key];
      const holds: RecordPredicate = (record) => {
        const value = read(record);
        return test.any.some(({ from, to }) => from <= value && value <= to);
      };
      return { cost: 0, holds };
    }
    case 'compare':
      return { cost: 0, holds: comparison(numbers[test.key], test.operator, test.value) };
    case 'flag': {
      const read = test.key === 'ws' ? isWebSocket : isRetried;
      return { cost: 0, holds: (record) => read(record) === test.value };
    }
    case 'error': {
      const { is } = test;
      if (typeof is === 'boolean') return { cost: 0, holds: (record) => hasFailed(record) === is };
      const matches = anyOf(is.map(fits));
      const holds: RecordPredicate = ({ error }) => error !== null && matches(error.toLowerCase());
      return { cost: 1, holds };
    }
    case 'time': {
      const at = resolveMoment(test.moment, now);
      return test.key === 'after'
        ? { cost: 0, holds: (record) => record.startedAt >= at }
        : { cost: 0, holds: (record) => record.startedAt < at };
    }
  }
}

function comparison(
  read: (record: RequestRecord) => number,
  operator: '>' | '>=' | '<' | '<=',
  value: number,
): RecordPredicate {
  switch (operator) {
    case '>':
      return (record) => read(record) > value;
    case '>=':
      return (record) => read(record) >= value;
    case '<':
      return (record) => read(record) < value;
    case '<=':
      return (record) => read(record) <= value;
  }
}

const isWebSocket = ({ protocol }: RequestRecord): boolean =>
  protocol === 'ws' || protocol === 'wss';
const isRetried = ({ attempts }: RequestRecord): boolean => attempts.length > 1;
const hasFailed = ({ error, status }: RequestRecord): boolean => error !== null || status >= 500;

const texts: Readonly<Record<TextKey, (record: RequestRecord) => string>> = {
  host: (record) => record.host,
  path: (record) => pathOf(record.target),
  backend: (record) => record.backend ?? '',
  frontend: (record) => record.frontend ?? '',
  ip: (record) => plainAddress(record.client),
  agent: (record) => record.userAgent ?? '',
  referer: (record) => record.referer ?? '',
};

const words: Readonly<Record<WordKey, (record: RequestRecord) => string>> = {
  method: (record) => record.method,
  protocol: (record) => record.protocol,
  policy: (record) => record.policy ?? '',
  lookup: (record) => record.lookup ?? '',
};

const numbers: Readonly<Record<NumberKey, (record: RequestRecord) => number>> = {
  status: (record) => record.status,
  dur: (record) => record.totalMs,
  size: (record) => record.bytes,
  tries: (record) => record.attempts.length,
};

/** Path and query of a target, also of one in absolute form. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const authority = target.indexOf('://');
  if (authority === -1) return target;
  const path = target.indexOf('/', authority + 3);
  return path === -1 ? '/' : target.slice(path);
}

/** Host and path as one text. Several terms of one filter ask for the same record. */
interface Place {
  asIs(record: RequestRecord): string;
  folded(record: RequestRecord): string;
}

function createPlace(): Place {
  let last: RequestRecord | null = null;
  let text = '';
  let folded: string | null = null;
  const asIs = (record: RequestRecord): string => {
    if (record !== last) {
      last = record;
      text = record.host + pathOf(record.target);
      folded = null;
    }
    return text;
  };
  return {
    asIs,
    folded: (record) => {
      asIs(record);
      folded ??= text.toLowerCase();
      return folded;
    },
  };
}

const anyOf = (all: readonly Matches[]): Matches => {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  return (text) => all.some((matches) => matches(text));
};

/** Stands somewhere. */
function contains({ text, wildcard }: Pattern): Matches {
  const sought = text.toLowerCase();
  return wildcard ? glob(`*${sought}*`) : (folded) => folded.includes(sought);
}

/** Is the whole. */
function equals({ text, wildcard }: Pattern): Matches {
  const sought = text.toLowerCase();
  return wildcard ? glob(sought) : (folded) => folded === sought;
}

/** Stands somewhere, or with a wildcard fits the whole. */
const fits = (pattern: Pattern): Matches => (pattern.wildcard ? equals : contains)(pattern);

/** A whole text with `*` for any characters. The parts between are looked for from left to right, each once. */
function glob(pattern: string): Matches {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const between = parts.slice(1, -1).filter((part) => part !== '');
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of between) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
