import type { EngineDependencies } from '../../engine.ts';
import type { createForwarder } from './forwarder.ts';
import type { SocketHandover } from './handover.ts';
import type { BackendPools } from './pools.ts';

/** What the parts of this engine share: the world outside, and what lives as long as the engine. */
export interface EngineContext extends EngineDependencies {
  readonly pools: BackendPools;
  readonly proxy: ReturnType<typeof createForwarder>;
  readonly handover: SocketHandover;
  /** The name of this instance in Via fields. */
  readonly via: string;
  /** No new work is wanted: every response says `Connection: close`. */
  readonly draining: () => boolean;
}
