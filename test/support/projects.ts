/** Projects of vitest.config.ts that one vitest runs, one after the other, when everything is tested. */
export const inTurn: readonly string[] = ['unit', 'integration', 'e2e', 'measured'];

/** Those that are run beside each other: together they leave a small machine time. */
export const beside: readonly string[] = ['waiting', 'containers'];
