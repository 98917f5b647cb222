/** Words of a frontend's options. Apart from their schemas, so that a command line is read without loading those. */

/** How a backend is chosen among those that may get requests. */
export const policies = [
  /** Uniform, or by weight: what Hipache did. */
  'random',
  'round-robin',
  /** The one with the fewest requests under way, as one worker sees it. */
  'least-connections',
  /** The same client address, the same backend, as long as it lives. */
  'client-hash',
  /** A cookie keeps a browser on the backend it first met. */
  'sticky',
] as const;

export type Policy = (typeof policies)[number];

/** Statuses: `200`, `2xx`, `200-399`, joined by commas. */
export const statusList = /^[1-5](\d\d|xx)(-[1-5]\d\d)?(,[1-5](\d\d|xx)(-[1-5]\d\d)?)*$/;
