import type { BackendHealth, HostHealth } from '../../src/shared/contract/health.ts';

/** The health of a host, with what a test does not care about filled in. */
export function hostHealth(fields: Partial<HostHealth> = {}): HostHealth {
  return {
    name: 'app.localhost',
    check: null,
    checker: { kind: 'passive' },
    backends: [backendHealth()],
    ...fields,
  };
}

export function backendHealth(fields: Partial<BackendHealth> = {}): BackendHealth {
  return {
    index: 0,
    url: 'http://127.0.0.1:3000',
    state: 'unknown',
    reason: '',
    since: 0,
    markedForMs: null,
    lastCheck: null,
    streak: 0,
    threshold: 1,
    history: [],
    ...fields,
  };
}
