import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { limits } from '../../shared/limits.ts';

/** What a program of the system prints; null where it is missing, fails or takes too long. Never rejects. */
export async function printed(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      timeout: limits.portToolMs,
      maxBuffer: limits.maxPortToolBytes,
      windowsHide: true,
    });
    return stdout;
  } catch {
    return null;
  }
}
