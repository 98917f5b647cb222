import { spawn } from 'node:child_process';
import { limits } from '../../shared/limits.ts';
import type { Run } from './step.ts';

/** Runs programs of this machine; what they print beyond `limits.maxToolOutputBytes` is cut. */
export const runTool: Run = (
  [program, ...rest],
  { input, isInteractive = false, timeoutMs = limits.toolMs } = {},
) =>
  new Promise((resolve) => {
    const child = spawn(program, rest, {
      // Whoever asks for a password asks on the terminal, which is standard error as a rule.
      stdio: [isInteractive ? 'inherit' : 'pipe', 'pipe', isInteractive ? 'inherit' : 'pipe'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    const stdout = collected(child.stdout);
    const stderr = collected(child.stderr);
    child.once('error', (error) =>
      resolve({ status: null, stdout: stdout(), stderr: error.message }),
    );
    child.once('close', (code) => resolve({ status: code, stdout: stdout(), stderr: stderr() }));
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
