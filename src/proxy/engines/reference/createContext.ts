import type { Balancer } from '../../balance/balancer.ts';
import type { EngineDependencies } from '../../engine.ts';
import { viaName } from '../../headers/via.ts';
import type { Connections } from '../common/connections.ts';
import { BackendPools } from '../common/pools.ts';
import { HttpConnection } from './backendConnection.ts';
import type { EngineContext } from './context.ts';
import { createForwarder } from './forwarder.ts';
import { SocketHandover } from './handover.ts';
import { PipelineTotal } from './pipeline.ts';

/** Makes what requests share that this engine forwards. */
export function createContext(
  dependencies: EngineDependencies,
  connections: Connections,
  balancer: Balancer,
): EngineContext {
  const { settings, now } = dependencies;
  return {
    ...dependencies,
    pools: new BackendPools({
      prepare: (home) => ({
        onread: null,
        connectionOf: (socket, openMs) => new HttpConnection(socket, openMs, home),
      }),
      maxSockets: settings.maxSockets,
      connectTimeoutMs: settings.connectTimeoutMs,
      queueTimeoutMs: settings.tcpTimeoutMs,
      keepAlive: settings.httpKeepAlive,
      now,
    }),
    pipelined: new PipelineTotal(),
    balancer,
    httpsPort: settings.listeners.find(({ tls }) => tls !== null)?.port ?? null,
    proxy: createForwarder(),
    handover: new SocketHandover(),
    connections,
    via: viaName(settings.instanceId),
    draining: () => connections.draining,
    idleUntil: () => connections.idleUntil,
  };
}
