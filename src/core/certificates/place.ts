import { join } from 'node:path';

/** Where the CA of an instance lies. */
export interface AuthorityPlace {
  readonly directory: string;
  /** Mode 0600. */
  readonly key: string;
  /** What is to be trusted. */
  readonly certificate: string;
  /** Certificates of the same key that were in use before: they may still be trusted somewhere. */
  readonly previous: string;
}

/** @param data directory of the instance's data */
export function authorityPlace(data: string): AuthorityPlace {
  const directory = join(data, 'certificates');
  return {
    directory,
    key: join(directory, 'ca-key.pem'),
    certificate: join(directory, 'ca.pem'),
    previous: join(directory, 'previous'),
  };
}
