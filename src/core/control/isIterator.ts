/** Whether the output of a call is a stream. */
export const isIterator = (value: unknown): value is AsyncIterableIterator<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Symbol.asyncIterator in value &&
  typeof value[Symbol.asyncIterator] === 'function';
