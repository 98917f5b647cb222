import { readFileSync } from 'node:fs';
import { limits } from '../../shared/limits.ts';

/** How many connections the limit of open files allows. */
export interface DescriptorBudget {
  /** Client connections of one worker. */
  readonly maxConnections: number;
  /** Connections that wait in the supervisor. */
  readonly maxWaiting: number;
  /** Connections under way to one worker; the supervisor holds each until it is acknowledged. */
  readonly maxUnacknowledged: number;
}

export interface DescriptorDemand {
  readonly workers: number;
  readonly listeners: number;
  /** The configured `maxConnections`. */
  readonly maxConnections: number;
}

/** Channel and stderr of a worker, doubled: during a reload two sets of workers run. */
const filesPerWorker = 4;

/**
 * Shares out the open files that a process may have. A worker needs two for each client, one of them towards the
 * backend, and one for each that it refuses; at least one connection is always allowed, since refusing all helps nobody.
 *
 * @param openFiles the limit of each process, null when there is none
 */
export function descriptorBudget(
  openFiles: number | null,
  demand: DescriptorDemand,
): DescriptorBudget {
  if (openFiles === null) {
    return {
      maxConnections: demand.maxConnections,
      maxWaiting: limits.maxWaitingConnections,
      maxUnacknowledged: limits.maxUnacknowledgedHandoffs,
    };
  }
  const forClients = Math.floor(
    (openFiles - limits.workerFileReserve - limits.maxOverflowConnections) / 2,
  );
  const supervisorFree =
    openFiles - limits.supervisorFileReserve - demand.listeners - filesPerWorker * demand.workers;
  const half = Math.floor(supervisorFree / 2);
  return {
    maxConnections: between(1, forClients, demand.maxConnections),
    maxWaiting: between(1, half, limits.maxWaitingConnections),
    maxUnacknowledged: between(
      1,
      Math.floor(half / demand.workers),
      limits.maxUnacknowledgedHandoffs,
    ),
  };
}

const between = (low: number, wished: number, high: number): number =>
  Math.max(low, Math.min(wished, high));

/** Open files that this process and its children may have; null when the system knows no such limit. */
export function openFileLimit(platform: NodeJS.Platform = process.platform): number | null {
  if (platform === 'win32') return null;
  if (platform === 'linux') {
    try {
      return parseLimits(readFileSync('/proc/self/limits', 'utf8'));
    } catch {
      // No /proc: the report knows as well, only slower.
    }
  }
  return reportedLimit(process.report?.getReport());
}

/** The soft limit of `Max open files` in the text of /proc/self/limits; null for `unlimited`. */
export function parseLimits(text: string): number | null {
  const found = /^Max open files\s+(\d+)/m.exec(text);
  return found === null ? null : Number(found[1]);
}

function reportedLimit(report: unknown): number | null {
  if (typeof report !== 'object' || report === null || !('userLimits' in report)) return null;
  const { userLimits } = report;
  if (typeof userLimits !== 'object' || userLimits === null || !('open_files' in userLimits)) {
    return null;
  }
  const { open_files: openFiles } = userLimits;
  if (typeof openFiles !== 'object' || openFiles === null || !('soft' in openFiles)) return null;
  const soft = Number(openFiles.soft);
  return Number.isFinite(soft) ? soft : null;
}
