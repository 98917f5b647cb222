import type { Load } from './load.ts';

export interface Workload {
  readonly name: string;
  readonly load: Omit<Load, 'seconds'>;
  /** What is compared: CPU per request, or the median latency of one sequential client. */
  readonly measure: 'cpu' | 'latency';
}

export const workloads: readonly Workload[] = [
  { name: 'GET 200 B', measure: 'cpu', load: { path: '/small', connections: 64 } },
  { name: 'GET 64 KB', measure: 'cpu', load: { path: '/64k', connections: 64 } },
  { name: 'GET 1 MB', measure: 'cpu', load: { path: '/1m', connections: 16 } },
  {
    name: 'POST 16 KB',
    measure: 'cpu',
    load: { path: '/post', connections: 64, bodyBytes: 16_384 },
  },
  { name: 'sequential GET', measure: 'latency', load: { path: '/small', connections: 1 } },
];
