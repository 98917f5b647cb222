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
    renew: chorus.renew,
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

  it('is not said again by one that has just started, while nothing else was said of its subject', () => {
    const { lines, say, pass, renew } = bench();
    const later = (voice: number, message: string) => {
      pass(limits.chorusMs);
      say(voice, message);
    };
    say(1, 'store: connected');
    later(2, 'store: connected');
    expect(lines).toEqual(['store: connected']);
    later(1, 'store: lost');
    later(3, 'store: connected');
    later(1, 'store: connected');
    expect(lines.slice(1)).toEqual(['store: lost', 'store: connected', 'store: connected']);
    renew();
    later(4, 'store: connected');
    expect(lines).toHaveLength(5);
  });

  it('is remembered for a bounded number of lines', () => {
    const { lines, say } = bench();
    say(1, 'first');
    for (let i = 0; i < limits.maxChorusLines; i++) say(1, `line ${i}`);
    say(2, 'first');
    expect(lines.filter((line) => line === 'first')).toHaveLength(2);
  });
});
