import type { Command } from 'commander';
import { exitCodes } from '../../shared/exitCodes.ts';
import { limits } from '../../shared/limits.ts';
import { candidatesFor } from '../completion/candidates.ts';
import type { Context } from '../context.ts';
import { oneLine } from '../render/text.ts';

export interface CompleteInput {
  readonly words: readonly string[];
  readonly program: Command;
}

/**
 * `berth __complete -- WORD...`, which completion scripts ask. A person is typing: whatever goes wrong, nothing is said,
 * and what takes long is done without.
 */
export async function complete(
  { words, program }: CompleteInput,
  context: Context,
): Promise<number> {
  const { connect, output } = context;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limits.completionMs)]);
  const hosts = async () => {
    try {
      const link = await connect({ signal });
      try {
        return await link.api.hosts.list(undefined, { signal });
      } finally {
        link.close();
      }
    } catch {
      return [];
    }
  };
  const found = await candidatesFor(program, words, hosts);
  output.lines(found.map(({ word, about }) => `${oneLine(word)}\t${oneLine(about)}`));
  return exitCodes.ok;
}
