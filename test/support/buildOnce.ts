import { execFileSync } from 'node:child_process';

/** Holds the process that has built: each project of vitest has this set-up, and all run in one. */
const mark = 'BERTH_BUILT_FOR_TESTS';

/** Vitest global set-up: tests that start real processes run what is built from the present sources. */
export default function buildOnce(): void {
  if (process.env[mark] === String(process.pid)) return;
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
  process.env[mark] = String(process.pid);
}
