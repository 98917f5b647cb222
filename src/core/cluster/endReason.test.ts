import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { createLineCutter, describeEnd, namesReason } from './endReason.ts';

describe('the end of a worker', () => {
  it('is described by code or signal, with what the worker said last', () => {
    const end = { code: 1, signal: null, lastLine: null, cause: null } as const;
    expect(describeEnd(end)).toBe('exit code 1');
    expect(describeEnd({ ...end, lastLine: 'Error: no' })).toBe('exit code 1: Error: no');
    expect(describeEnd({ ...end, code: null, signal: 'SIGSEGV' })).toBe('SIGSEGV');
    expect(describeEnd({ ...end, cause: 'silent for 10 s' })).toBe('silent for 10 s');
  });

  it('takes its reason from the line that names it, not from the stack', () => {
    const said = [
      'FATAL ERROR: Reached heap limit',
      '----- Native stack trace -----',
      '',
      ' 1: 0xb7a940 node::Abort()',
      '    at Object.<anonymous> (worker.cjs:1:1)',
      '}',
      'Node.js v20.19.0',
    ];
    expect(said.filter(namesReason)).toEqual(['FATAL ERROR: Reached heap limit']);
  });

  it('is read line by line, whatever the pieces, and never grows without an end of line', () => {
    const lines: string[] = [];
    const cut = createLineCutter((line) => lines.push(line));
    cut('one\ntw');
    cut('o\nthree\n');
    expect(lines).toEqual(['one', 'two', 'three']);
    for (let i = 0; i < 100; i++) cut('x'.repeat(1000));
    cut('\n');
    expect(lines.at(-1)).toHaveLength(limits.maxWorkerLineChars);
  });
});
