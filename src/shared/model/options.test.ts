import { describe, expect, it } from 'vitest';
import { defaultOptions, formatOptions, parseOptions } from './options.ts';

describe('options of a frontend', () => {
  it('are the defaults when nothing is said', () => {
    expect(parseOptions('{}')).toEqual({ ok: true, options: defaultOptions });
    expect(formatOptions(defaultOptions)).toBeNull();
  });

  it('are written as what differs from the defaults, and read back the same', () => {
    const options = {
      ...defaultOptions,
      policy: 'sticky' as const,
      drained: ['http://127.0.0.1:3000'],
    };
    const text = formatOptions(options);
    expect(text).toBe('{"policy":"sticky","drained":["http://127.0.0.1:3000"]}');
    expect(parseOptions(text ?? '')).toEqual({ ok: true, options });
  });

  it('have a health check whose parts have defaults', () => {
    const parsed = parseOptions('{"check":{"path":"/health"}}');
    expect(parsed).toMatchObject({
      ok: true,
      options: { check: { type: 'http', method: 'HEAD', path: '/health', intervalMs: 3000 } },
    });
  });

  it.each([
    ['not json', 'its options are not JSON'],
    ['[]', 'expected object'],
    ['{"policy":"fastest"}', 'policy'],
    ['{"weights":{"http://a":0}}', 'weights.http://a'],
    ['{"colour":"red"}', 'colour'],
    ['{"check":{"intervalMs":1}}', 'check.intervalMs'],
    ['{"check":{"expect":"ok"}}', 'check.expect'],
  ])('say what cannot be read of %s', (text, problem) => {
    const parsed = parseOptions(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
  });
});
