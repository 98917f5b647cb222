import type { EngineEnd } from './endReason.ts';

/** An instance that the desktop has started. */
export interface EngineProcess {
  readonly pid: number;
  readonly ended: Promise<EngineEnd>;
  /** Lets requests finish. */
  stop(): void;
  /** Does not; a second stop. */
  stopNow(): void;
  kill(): void;
}
