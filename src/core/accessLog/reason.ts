const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  EEXIST: 'a part of its path is not a directory',
  ENOENT: 'its directory does not exist',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'the path is a circle of links',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large',
  EIO: 'the device failed',
  ENXIO: 'nobody reads there',
  EPIPE: 'nobody reads there any more',
  EAGAIN: 'its reader does not keep up',
  ERR_INVALID_ARG_VALUE: 'the path is not valid',
};

/** The system's code of a failure, or null. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** A failure of the file system in words, with its code. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === null) return String(error);
  const known = words[code];
  return known === undefined ? code : `${known} (${code})`;
}
