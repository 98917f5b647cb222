import { exitMeanings } from '../../shared/exitCodes.ts';

/** How a process ended, with the last that it said. */
export interface EngineEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
}

/** Why the proxy ended, in a sentence for a person, without a full stop. */
export function endReason({ code, signal, lines }: EngineEnd): string {
  if (signal !== null) return `it was ended by ${signal}`;
  const said = lines.findLast((line) => line.startsWith(errorHead))?.slice(errorHead.length);
  if (said !== undefined && said !== '') return said;
  const meaning = Object.entries(exitMeanings).find(([known]) => Number(known) === code)?.[1];
  return `it ended with code ${code ?? 'unknown'}${meaning === undefined || code === 0 ? '' : `: ${meaning}`}`;
}

/** As the command line says what ends it. */
const errorHead = 'berth: error: ';
