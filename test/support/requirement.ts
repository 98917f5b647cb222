import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** What a test may need beyond Node and npm packages, by the name that BERTH_REQUIRE uses, and the program that proves it. */
const programs = {
  redis: 'redis-server',
  'redis-cli': 'redis-cli',
  sentinel: 'redis-sentinel',
  nginx: 'nginx',
  haproxy: 'haproxy',
  caddy: 'caddy',
  wrk: 'wrk',
  slowhttptest: 'slowhttptest',
  socat: 'socat',
  curl: 'curl',
} as const;

export type Requirement = keyof typeof programs;

function onPath(program: string): boolean {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    if (directory === '') continue;
    try {
      const file = join(directory, program);
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return true;
    } catch {
      // Not in this directory.
    }
  }
  return false;
}

/** One sentence saying what of `names` this machine lacks, or null when it has them all. */
export function missing(...names: readonly Requirement[]): string | null {
  const absent = names.filter((name) => !onPath(programs[name]));
  if (absent.length === 0) return null;
  return `${absent.map((name) => programs[name]).join(', ')} not installed`;
}

/** The names in `BERTH_REQUIRE` (comma-separated): what must be there, so that its absence fails instead of skipping. */
function demanded(): ReadonlySet<string> {
  return new Set(
    (process.env['BERTH_REQUIRE'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
}

/**
 * `describe` for tests that need installed programs. Where one is missing the suite is skipped and the reason printed;
 * where BERTH_REQUIRE names what is missing, it fails.
 *
 * @example describeWith('redis', 'two instances on one Redis', () => { it('…', …) });
 */
export function describeWith(
  needs: Requirement | readonly Requirement[],
  title: string,
  body: () => void,
): void {
  const names = typeof needs === 'string' ? [needs] : needs;
  const reason = missing(...names);
  if (reason === null) {
    describe(title, body);
    return;
  }
  const must = demanded();
  const required = names.filter((name) => must.has(name) && missing(name) !== null);
  if (required.length > 0) {
    describe(title, () => {
      it('has what it needs', () => {
        throw new Error(`${reason}, and BERTH_REQUIRE demands ${required.join(', ')}`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${title} (${reason})\n`);
  describe.skip(`${title} (${reason})`, body);
}
