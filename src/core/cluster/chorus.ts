import { limits } from '../../shared/limits.ts';
import type { Log, LogLevel } from '../../shared/messages.ts';

/** Says once what every worker says: each sees the same store, and would tell of it in the same words. */
export interface Chorus {
  /** `voice` tells the workers apart. */
  say(voice: number, level: LogLevel, message: string): void;
}

interface Said {
  readonly at: number;
  readonly voices: Set<number>;
}

/**
 * A line is left out when another worker said it within `limits.chorusMs`. The same worker that says it again means it
 * again.
 *
 * @param now monotonic ms
 */
export function createChorus(log: Log, now: () => number): Chorus {
  const said = new Map<string, Said>();
  return {
    say: (voice, level, message) => {
      const time = now();
      const before = said.get(message);
      if (before !== undefined && time - before.at < limits.chorusMs && !before.voices.has(voice)) {
        before.voices.add(voice);
        return;
      }
      said.delete(message);
      said.set(message, { at: time, voices: new Set([voice]) });
      for (const oldest of said.keys()) {
        if (said.size <= limits.maxChorusLines) break;
        said.delete(oldest);
      }
      log(level, message);
    },
  };
}
