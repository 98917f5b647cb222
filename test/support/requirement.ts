import { describe, it, type TestFunction } from 'vitest';
import { isPresent, isRequired, type RuntimeName, runtimes } from './runtimes.ts';

/**
 * `describe` for tests that need installed programs. Where one is missing the suite is skipped and the reason printed;
 * where BERTH_REQUIRE names what is missing, it fails.
 *
 * @example describeWith('redis', 'two instances on one Redis', () => { it('…', …) });
 */
export function describeWith(
  needs: RuntimeName | readonly RuntimeName[],
  title: string,
  body: () => void,
): void {
  const absent = [needs].flat().filter((name) => !isPresent(name));
  if (absent.length === 0) {
    describe(title, body);
    return;
  }
  const reason = absent.map((name) => `${name}: ${runtimes[name].get}`).join('; ');
  if (absent.some(isRequired)) {
    describe(title, () => {
      it('has what it needs', () => {
        throw new Error(`not installed, and BERTH_REQUIRE demands it. ${reason}`);
      });
    });
    return;
  }
  saySkipped(title, `not installed. ${reason}`);
  describe.skip(title, body);
}

/**
 * `describe` for tests that need something else of the machine. Where it lacks that, they are skipped and the reason
 * printed.
 *
 * @example describeWhen(isRoot, rootReason, 'an instance started as root', () => { it('…', …) });
 */
export function describeWhen(
  condition: boolean,
  reason: string,
  title: string,
  body: () => void,
): void {
  if (!condition) saySkipped(title, reason);
  describe.runIf(condition)(title, body);
}

/** The same for a single test. */
export function itWhen(
  condition: boolean,
  reason: string,
  title: string,
  body: TestFunction,
  timeout?: number,
): void {
  if (!condition) saySkipped(title, reason);
  it.runIf(condition)(title, body, timeout);
}

function saySkipped(title: string, reason: string): void {
  process.stderr.write(`skipped: ${title} (${reason})\n`);
}

export const isLinux = process.platform === 'linux';
export const linuxReason = 'needs Linux: it looks into /proc';

export const isRoot = process.getuid?.() === 0;
export const rootReason = 'needs to run as root';
