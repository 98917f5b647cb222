import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { createChorus } from './chorus.ts';

function bench() {
  const lines: string[] = [];
  let time = 0;
  const chorus = createChorus(
    (_level, message) => lines.push(message),
    () => time,
  );
  return {
    lines,
    say: (voice: number, message: string) => chorus.say(voice, 'warn', message),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

describe('what several workers say', () => {
  it('is said once when they say the same', () => {
    const { lines, say } = bench();
    for (const voice of [1, 2, 3]) say(voice, 'store: lost');
    expect(lines).toEqual(['store: lost']);
  });

  it('is said again when one of them says it again', () => {
    const { lines, say } = bench();
    for (const voice of [1, 2, 1, 2]) say(voice, 'store: lost');
    expect(lines).toEqual(['store: lost', 'store: lost']);
  });

  it('is said again after a while', () => {
    const { lines, say, pass } = bench();
    say(1, 'x');
    pass(limits.chorusMs);
    say(2, 'x');
    expect(lines).toEqual(['x', 'x']);
  });

  it('is remembered for a bounded number of lines', () => {
    const { lines, say } = bench();
    say(1, 'first');
    for (let i = 0; i < limits.maxChorusLines; i++) say(1, `line ${i}`);
    say(2, 'first');
    expect(lines.filter((line) => line === 'first')).toHaveLength(2);
  });
});
