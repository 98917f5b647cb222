import type { Load } from './load.ts';

/** A bar, and beyond it a goal; a ratio to nginx. */
interface Aim {
  readonly bar: number;
  readonly goal: number;
}

export interface Workload {
  readonly name: string;
  readonly load: Omit<Load, 'seconds'> | { readonly messages: true; readonly connections: number };
  /** What is compared: CPU per request, or the median latency of one sequential client. */
  readonly measure: 'cpu' | 'latency';
  readonly aim: Aim;
}

export const smallGet: Workload = {
  name: 'GET 200 B',
  measure: 'cpu',
  load: { path: '/small', connections: 64 },
  aim: { bar: 1.3, goal: 1 },
};

export const workloads: readonly Workload[] = [
  smallGet,
  {
    name: 'GET 64 KB',
    measure: 'cpu',
    load: { path: '/64k', connections: 64 },
    aim: { bar: 0.8, goal: 0.6 },
  },
  {
    name: 'GET 1 MB',
    measure: 'cpu',
    load: { path: '/1m', connections: 16 },
    aim: { bar: 0.8, goal: 0.6 },
  },
  {
    name: 'POST 16 KB',
    measure: 'cpu',
    load: { path: '/post', connections: 64, bodyBytes: 16_384 },
    aim: { bar: 2, goal: 1.2 },
  },
  {
    name: 'WebSocket message',
    measure: 'cpu',
    load: { messages: true, connections: 64 },
    aim: { bar: 1.7, goal: 1.3 },
  },
  {
    name: 'sequential GET',
    measure: 'latency',
    load: { path: '/small', connections: 1 },
    aim: { bar: 1.5, goal: 1.1 },
  },
];
