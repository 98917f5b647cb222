import { limits } from '../../shared/limits.ts';
import { createMacReader } from './macReader.ts';
import { createProcReader } from './procReader.ts';
import type { PortReader } from './reader.ts';
import { createWindowsReader } from './windowsReader.ts';

/** Null for systems that cannot be asked. */
export function createPortReader(platform: NodeJS.Platform = process.platform): PortReader | null {
  if (platform === 'linux') return createProcReader({ pollMs: limits.listeningPollMs });
  if (platform === 'darwin') return createMacReader();
  return platform === 'win32' ? createWindowsReader() : null;
}
