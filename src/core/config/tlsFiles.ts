import type { Bind, TlsFiles } from '../../shared/config/config.ts';
import { errnoOf } from './readFile.ts';

/** Whether a bind is served with what files hold. */
export const hasFiles = (tls: Bind['tls']): tls is TlsFiles => tls !== null && tls.key !== null;

/** Tells whether two binds name the same files, whatever else they set. */
export const tlsFileKey = ({ key, cert, ca }: TlsFiles): string => JSON.stringify([key, cert, ca]);

/** Whether a file is there, but not for the user that this process runs as. */
export const isForbidden = (error: unknown): boolean =>
  ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '');

const words = { key: 'key', cert: 'certificate', ca: 'CA file' } as const;

/** A file as messages name it: what it is, its path, and the key of the configuration that named it. */
export const namedTlsFile = (key: keyof typeof words, path: string): string =>
  `the ${words[key]} "${path}" (https.${key}, or ${key} of a bind)`;
