import { spawn } from 'node:child_process';
import { limits } from '../../shared/limits.ts';
import type { Ran, Run } from './step.ts';

/** Runs programs of this machine; what they print beyond `limits.maxToolOutputBytes` is cut. */
export const runTool: Run = (
  [program, ...words],
  { input, isInteractive = false, timeoutMs = limits.toolMs } = {},
) =>
  new Promise((resolve) => {
    const child = spawn(program, words, {
      // Whoever asks for a password asks on the terminal, which is standard error as a rule.
      stdio: [isInteractive ? 'inherit' : 'pipe', 'pipe', isInteractive ? 'inherit' : 'pipe'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    const stdout = collected(child.stdout);
    const stderr = collected(child.stderr);
    let rest: NodeJS.Timeout | undefined;
    const end = (ran: Ran): void => {
      clearTimeout(late);
      clearTimeout(rest);
      resolve(ran);
    };
    const leave = (code: number | null): void => {
      clearTimeout(rest);
      rest = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        child.unref();
        end({ status: code, stdout: stdout(), stderr: stderr() });
      }, limits.toolEndMs);
    };
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      // What runs with other rights cannot be ended, and is not waited for.
      leave(null);
    }, timeoutMs + limits.toolEndMs);
    child.once('error', (error) => end({ status: null, stdout: stdout(), stderr: error.message }));
    child.once('close', (code) => end({ status: code, stdout: stdout(), stderr: stderr() }));
    // What it has started, and left, may have its output for as long as it runs.
    child.once('exit', leave);
    // It may end without reading.
    child.stdin?.on('error', () => undefined).end(input ?? '');
  });

function collected(stream: NodeJS.ReadableStream | null): () => string {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (part: Buffer) => {
    if (bytes < limits.maxToolOutputBytes) parts.push(part);
    bytes += part.length;
  });
  return () => Buffer.concat(parts).subarray(0, limits.maxToolOutputBytes).toString('utf8');
}
