import type { ToWorker } from '../shared/messages.ts';

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const shapes: Readonly<Record<ToWorker['type'], (fields: Fields) => boolean>> = {
  // The settings are this program's own work; both ends are of one build.
  start: ({ settings }) => typeof settings === 'object' && settings !== null,
  connection: ({ listener, serial }) => isCount(listener) && isCount(serial),
  ping: ({ serial }) => isCount(serial),
  told: ({ serial, findings }) => isCount(serial) && Array.isArray(findings),
  // The names are those of this worker's own messages.
  reread: ({ names }) => Array.isArray(names),
  certified: ({ serial, answer }) =>
    isCount(serial) && typeof answer === 'object' && answer !== null,
  recertify: ({ names }) => names === null || Array.isArray(names),
  drain: ({ graceMs, idleMs }) => isCount(graceMs) && isCount(idleMs),
};

/** Reads a message of the supervisor; null when it is none. */
export function parseFromSupervisor(value: unknown): ToWorker | null {
  return isToWorker(value) ? value : null;
}

function isToWorker(value: unknown): value is ToWorker {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false;
  return shapes[type as ToWorker['type']](value as Fields);
}
