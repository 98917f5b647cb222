import { expect, test } from 'vitest';
import { limits } from '../shared/limits.ts';
import { hearLibraries } from './libraryTalk.ts';

test('what a library writes to the console is a warning, said once, on one line', () => {
  const lines: string[] = [];
  const console = { warn: () => {}, error: () => {} } as Pick<Console, 'warn' | 'error'>;
  hearLibraries(console, (level, message) => lines.push(`${level} ${message}`));
  console.warn('[WARN] %s needs no password', 'redis');
  console.warn('[WARN] redis needs no password');
  console.error('two\n  lines', 3);
  expect(lines).toEqual(['warn redis needs no password', 'warn two lines 3']);
  for (let i = 0; i < limits.maxChorusLines * 2; i++) console.warn(`line ${i}`);
  expect(lines).toHaveLength(limits.maxChorusLines);
});
