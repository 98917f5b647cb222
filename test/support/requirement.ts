import { describe, it } from 'vitest';
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
  process.stderr.write(`skipped: ${title} (not installed. ${reason})\n`);
  describe.skip(title, body);
}
