import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificates.ts';

/** Key and certificate in files that can be replaced. */
export interface TlsFilePair extends AsyncDisposable {
  readonly key: string;
  readonly cert: string;
  /** Writes another pair for a name. Owner and mode of the files stay. */
  write(commonName: string): Promise<void>;
}

/** @param parent where the directory of the files is made */
export async function makeTlsFiles(commonName: string, parent = tmpdir()): Promise<TlsFilePair> {
  const directory = await mkdtemp(join(parent, 'berth-tls-'));
  const key = join(directory, 'key.pem');
  const cert = join(directory, 'cert.pem');
  const write = async (name: string): Promise<void> => {
    const made = makeCertificate(name);
    await writeFile(key, made.key);
    await writeFile(cert, made.cert);
  };
  await write(commonName);
  return {
    key,
    cert,
    write,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
