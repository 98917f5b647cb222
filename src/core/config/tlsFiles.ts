import type { TlsFiles } from '../../shared/config/config.ts';
import { errnoOf } from './readFile.ts';

/** Tells whether two binds name the same files, whatever else they set. */
export const tlsFileKey = ({ key, cert, ca }: TlsFiles): string => JSON.stringify([key, cert, ca]);

/** Whether a file is there, but not for the user that this process runs as. */
export const isForbidden = (error: unknown): boolean =>
  ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
