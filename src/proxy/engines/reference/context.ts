import type { Balancer } from '../../balance/balancer.ts';
import type { EngineDependencies } from '../../engine.ts';
import type { Connections } from '../common/connections.ts';
import type { BackendPools } from '../common/pools.ts';
import type { HttpConnection } from './backendConnection.ts';
import type { createForwarder } from './forwarder.ts';
import type { SocketHandover } from './handover.ts';
import type { PipelineTotal } from './pipeline.ts';

/** What the parts of this engine share: the world outside, and what lives as long as the engine. */
export interface EngineContext extends EngineDependencies {
  readonly pools: BackendPools<HttpConnection>;
  readonly pipelined: PipelineTotal;
  readonly balancer: Balancer;
  /** Port of the first HTTPS listener, or null. */
  readonly httpsPort: number | null;
  readonly proxy: ReturnType<typeof createForwarder>;
  readonly handover: SocketHandover;
  readonly connections: Pick<Connections, 'pass'>;
  /** The name of this instance in Via fields. */
  readonly via: string;
  /** No new work is wanted: the last response of each connection says `Connection: close`. */
  readonly draining: () => boolean;
  /** Monotonic milliseconds; while it drains, connections without a request are left alone until then. */
  readonly idleUntil: () => number;
}
