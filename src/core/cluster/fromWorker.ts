import type { StoreState, ToSupervisor } from '../../shared/messages.ts';

const storeStates: readonly unknown[] = [
  'live',
  'polling',
  'stale',
  'connecting',
] satisfies StoreState[];
const levels: readonly unknown[] = ['debug', 'info', 'warn', 'error'];
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isQuestion = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'managed' in value &&
  typeof value.managed === 'boolean';

type Fields = Readonly<Record<string, unknown>>;

const isBatch = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'base' in value &&
  typeof value.base === 'number' &&
  'texts' in value &&
  Array.isArray(value.texts) &&
  'commons' in value &&
  Array.isArray(value.commons) &&
  'rows' in value &&
  Array.isArray(value.rows) &&
  'attempts' in value &&
  Array.isArray(value.attempts);

const shapes: Readonly<Record<ToSupervisor['type'], (fields: Fields) => boolean>> = {
  ready: () => true,
  load: ({ open, acknowledged }) => isCount(open) && isCount(acknowledged),
  // The elements are this program's own work, in numbers too large to look at each.
  records: ({ batch, dropped }) => isBatch(batch) && isCount(dropped),
  news: ({ news }) => Array.isArray(news),
  ask: ({ serial, names }) =>
    isCount(serial) && Array.isArray(names) && names.every((name) => typeof name === 'string'),
  certify: ({ serial, question }) => isCount(serial) && isQuestion(question),
  store: ({ state, detail }) =>
    storeStates.includes(state) && (detail === null || typeof detail === 'string'),
  log: ({ level, message }) => levels.includes(level) && typeof message === 'string',
  'over-memory': ({ rssBytes }) => isCount(rssBytes),
};

/** Reads a message of a worker; null when it is none. */
export function parseFromWorker(value: unknown): ToSupervisor | null {
  return isFromWorker(value) ? value : null;
}

function isFromWorker(value: unknown): value is ToSupervisor {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false;
  return shapes[type as ToSupervisor['type']](value as Fields);
}
