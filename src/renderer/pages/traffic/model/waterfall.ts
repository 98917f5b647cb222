import type { RequestRecord } from '../../../../shared/model/record.ts';

export interface Phase {
  readonly word: string;
  readonly about: string;
  readonly ms: number;
  /** Shares of the whole, 0 to 1. */
  readonly from: number;
  readonly length: number;
}

type Timed = Pick<
  RequestRecord,
  'queueMs' | 'connectMs' | 'firstByteMs' | 'bodyMs' | 'protocol' | 'attempts'
>;

/** Where the time of a request went, one phase after the other. */
export function phasesOf({
  queueMs,
  connectMs,
  firstByteMs,
  bodyMs,
  protocol,
  attempts,
}: Timed): readonly Phase[] {
  const isTunnel = protocol === 'ws' || protocol === 'wss';
  const phases = [
    {
      word: 'Queue',
      about:
        attempts.length > 1
          ? 'Looking up, the tries before the last, and waiting for a connection'
          : 'Looking up, and waiting for a connection',
      ms: queueMs,
    },
    {
      word: 'Connect',
      about: connectMs === 0 ? 'A connection was open already' : 'Opening a connection',
      ms: connectMs,
    },
    {
      word: 'First byte',
      about: 'From the request to the head of the answer',
      ms: firstByteMs,
    },
    isTunnel
      ? { word: 'Tunnel', about: 'The life of the WebSocket', ms: bodyMs }
      : { word: 'Body', about: 'From the head of the answer to its end', ms: bodyMs },
  ];
  const whole = phases.reduce((sum, { ms }) => sum + ms, 0);
  let before = 0;
  return phases.map((phase) => {
    const from = whole === 0 ? 0 : before / whole;
    before += phase.ms;
    return { ...phase, from, length: whole === 0 ? 0 : phase.ms / whole };
  });
}

/**
 * The bar of a whole duration: its length by powers of ten, from 1 ms to 10 s, so that fast and slow stand in one
 * column; and which share of it the backend had.
 */
export function durationBar({ totalMs, backendMs }: Pick<RequestRecord, 'totalMs' | 'backendMs'>): {
  readonly length: number;
  readonly backend: number;
} {
  const length = Math.log10(1 + Math.max(0, totalMs)) / Math.log10(1 + 10_000);
  return {
    length: Math.min(1, length),
    backend: totalMs <= 0 ? 0 : Math.min(1, Math.max(0, backendMs / totalMs)),
  };
}
