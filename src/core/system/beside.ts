import type { Log } from '../../shared/messages.ts';

/** Does what nobody waits for: a failure of it, now or later, is said and ends nothing. */
export function beside(log: Log, what: string, work: () => unknown): void {
  const failed = (error: unknown): void => log('error', `${what}: ${String(error)}`);
  try {
    Promise.resolve(work()).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** Does each step, whatever became of those before it; failures are said. */
export async function eachBeside(
  log: Log,
  what: string,
  steps: readonly (() => unknown)[],
): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log('error', `${what}: ${String(error)}`);
    }
  }
}
