import { execFileSync } from 'node:child_process';

/** Vitest global set-up: tests that start real processes run what is built from the present sources. */
export default function buildOnce(): void {
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
}
