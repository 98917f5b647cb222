import type { Balancer } from '../../balance/balancer.ts';
import type { EngineDependencies } from '../../engine.ts';
import type { Connections } from '../common/connections.ts';
import type { BackendPools } from '../common/pools.ts';
import type { SpliceConnection } from './backendConnection.ts';
import type { Dates } from './dates.ts';
import type { Llhttp } from './parser/llhttp.ts';
import type { PieceWriter } from './wire.ts';

/** Bytes that the connections of all clients have read ahead of their turn. */
interface ReadAhead {
  bytes: number;
}

/** What the parts of this engine share: the world outside, and what lives as long as the engine. */
export interface EngineContext extends EngineDependencies {
  readonly llhttp: Llhttp;
  readonly writer: PieceWriter;
  readonly pools: BackendPools<SpliceConnection>;
  readonly readAhead: ReadAhead;
  readonly balancer: Balancer;
  readonly dates: Dates;
  /** Port of the first HTTPS listener, or null. */
  readonly httpsPort: number | null;
  readonly connections: Pick<Connections, 'pass'>;
  /** The name of this instance in Via fields. */
  readonly via: string;
  /** No new work is wanted: the last response of each connection says `Connection: close`. */
  readonly draining: () => boolean;
  /** Monotonic milliseconds; while it drains, connections without a request are left alone until then. */
  readonly idleUntil: () => number;
}
