import type { Backend } from '../../shared/model/backend.ts';
import type { Frontend } from '../../shared/model/frontend.ts';

/** What the X-Debug fields tell (Hipache contract, "Headers"). Times in milliseconds. */
export interface DebugFacts {
  readonly version: string;
  readonly backend: Pick<Backend, 'url' | 'index'>;
  readonly frontend: Pick<Frontend, 'name' | 'identifier'>;
  readonly totalMs: number;
  readonly backendMs: number;
}

// A store may hold anything; a header field may not.
const unprintable = /[^\t\x20-\x7e\x80-\xff]/g;
const clean = (text: string): string => text.replace(unprintable, '?');

/** Flat field list for a response that a backend gave. */
export const debugFields = (facts: DebugFacts): string[] => [
  'x-debug-version-hipache',
  facts.version,
  'x-debug-backend-url',
  clean(facts.backend.url),
  'x-debug-backend-id',
  String(facts.backend.index),
  'x-debug-vhost',
  clean(facts.frontend.identifier),
  'x-debug-frontend-key',
  clean(facts.frontend.name),
  'x-debug-time-total',
  String(Math.round(facts.totalMs)),
  'x-debug-time-backend',
  String(Math.round(facts.backendMs)),
];

/** Flat field list for an error of our own. */
export const debugErrorFields = (version: string, message: string): string[] => [
  'x-debug-error',
  clean(message),
  'x-debug-version-hipache',
  version,
];
