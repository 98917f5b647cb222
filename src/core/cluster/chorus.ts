import { limits } from '../../shared/limits.ts';
import type { Log, LogLevel } from '../../shared/messages.ts';

/** Says once what every worker says: each sees the same store, and would tell of it in the same words. */
export interface Chorus {
  /** `voice` tells the workers apart. */
  say(voice: number, level: LogLevel, message: string): void;
  /** Forgets what stands: after a change of the settings it is worth saying again. */
  renew(): void;
}

interface Said {
  readonly at: number;
  readonly voices: Set<number>;
}

/** The last word on a subject, and who spoke of it. */
interface Standing {
  readonly message: string;
  readonly voices: Set<number>;
}

/**
 * A line is left out when another worker said it within `limits.chorusMs`. The same worker that says it again means it
 * again. A worker that has just started and repeats the last word on a subject (`store: …`) tells nothing new either.
 *
 * @param now monotonic ms
 */
export function createChorus(log: Log, now: () => number): Chorus {
  const said = new Map<string, Said>();
  const standing = new Map<string, Standing>();

  /** Whether this voice only says, as its first word on the subject, what stands already. */
  const repeats = (voice: number, message: string): boolean => {
    const end = message.indexOf(': ');
    if (end === -1) return false;
    const subject = message.slice(0, end);
    const last = standing.get(subject);
    const voices = last?.voices ?? new Set();
    const isNew = !voices.has(voice);
    voices.add(voice);
    standing.delete(subject);
    standing.set(subject, { message, voices });
    trim(voices);
    trim(standing);
    return isNew && last?.message === message;
  };

  return {
    renew: () => standing.clear(),
    say: (voice, level, message) => {
      const time = now();
      const isRepeated = repeats(voice, message);
      const before = said.get(message);
      if (before !== undefined && time - before.at < limits.chorusMs && !before.voices.has(voice)) {
        before.voices.add(voice);
        return;
      }
      if (isRepeated) return;
      said.delete(message);
      said.set(message, { at: time, voices: new Set([voice]) });
      trim(said);
      log(level, message);
    },
  };
}

function trim<K>(remembered: Map<K, unknown> | Set<K>): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size <= limits.maxChorusLines) break;
    remembered.delete(oldest);
  }
}
