import type { TrustResult } from '../../shared/contract/trust.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Printer } from '../printer.ts';
import { resultLines } from '../render/trust.ts';

/** Prints a line for each store, and what is left to a person. */
export function sayResults(results: readonly TrustResult[], output: Printer): void {
  output.lines(resultLines(results, output.style));
  const commands = results.flatMap(({ command }) => (command === null ? [] : [command]));
  if (commands.length === 0) return;
  output.say('To be run by you:');
  for (const command of commands) output.say(`  ${command}`);
}

/** What failed counts for more than what waits for rights. */
export function exitCodeOfResults(results: readonly TrustResult[]): number {
  const has = (outcome: TrustResult['outcome']): boolean =>
    results.some((result) => result.outcome === outcome);
  if (has('failed')) return exitCodes.other;
  return has('needsRights') ? exitCodes.rights : exitCodes.ok;
}
