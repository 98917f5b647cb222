import type { Question } from './world.ts';

/** Asks on standard error, where talk goes, and reads a line of standard input. */
export const question: Question = async (text) => {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string>((resolve, reject) => {
      // Its end, as by Ctrl-D or Ctrl-C, is an answer too: none.
      lines.once('close', () => resolve(''));
      lines.question(text).then(resolve, reject);
    });
  } finally {
    lines.close();
  }
};
