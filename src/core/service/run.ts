import { execFile } from 'node:child_process';
import { limits } from '../../shared/limits.ts';

export type Ran =
  | {
      readonly kind: 'done';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** There is no such program. */
  | { readonly kind: 'missing' };

/** Runs a program to its end, within `limits.serviceCommandMs`. Never rejects. */
export type RunProgram = (program: string, argv: readonly string[]) => Promise<Ran>;

export const runProgram: RunProgram = (program, argv) =>
  new Promise((resolve) => {
    const options = {
      timeout: limits.serviceCommandMs,
      maxBuffer: limits.maxServiceOutputBytes,
      windowsHide: true,
      encoding: 'utf8',
    } as const;
    execFile(program, [...argv], options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve({ kind: 'missing' });
      else if (error === null) resolve({ kind: 'done', exitCode: 0, stdout, stderr });
      else {
        const exitCode = typeof error.code === 'number' ? error.code : 1;
        const said = stderr.trim() === '' ? error.message : stderr;
        resolve({ kind: 'done', exitCode, stdout, stderr: said });
      }
    });
  });
