import { execFileSync } from 'node:child_process';

/** Holds who has built. */
const mark = 'BERTH_BUILT_FOR_TESTS';

/** What `npm test` gives to those that it starts, some of them at the same time, when it has built for all of them. */
export const builtForAll: Readonly<Record<string, string>> = { [mark]: 'all' };

/**
 * Vitest global set-up: tests that start real processes run what is built from the present sources. Each project of vitest
 * has this set-up, and all run in one process.
 */
export default function buildOnce(): void {
  const built = process.env[mark];
  if (built === String(process.pid) || built === builtForAll[mark]) return;
  build();
  process.env[mark] = String(process.pid);
}

export function build(): void {
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
}
