import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EngineTls } from './address.ts';
import type { Files } from './files.ts';

const configFile = z.object({ currentContext: z.string().optional().catch(undefined) });
const metaFile = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().catch(false) }),
  }),
});

/** A Docker context: which engine the `docker` command speaks to. */
export interface DockerContext {
  readonly name: string;
  /** As DOCKER_HOST has it; null where the context cannot be read. */
  readonly address: string | null;
  readonly tls: EngineTls | null;
}

/** The current Docker context; null for `default`, and where there is none. */
export async function currentContext(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  files: Files,
): Promise<DockerContext | null> {
  const name = env['DOCKER_CONTEXT'] || (await configuredContext(directory, files));
  if (name === undefined || name === '' || name === 'default') return null;
  const folder = createHash('sha256').update(name).digest('hex');
  const text = await files.read(`${directory}/contexts/meta/${folder}/meta.json`);
  const meta = metaFile.safeParse(parse(text));
  if (!meta.success) return { name, address: null, tls: null };
  const { Host, SkipTLSVerify } = meta.data.Endpoints.docker;
  const tls = await readTls(`${directory}/contexts/tls/${folder}/docker`, !SkipTLSVerify, files);
  return { name, address: Host, tls };
}

async function configuredContext(directory: string, files: Files): Promise<string | undefined> {
  const config = configFile.safeParse(parse(await files.read(`${directory}/config.json`)));
  return config.success ? config.data.currentContext : undefined;
}

/** TLS material of a directory; null where there is none. */
export async function readTls(
  directory: string,
  isVerified: boolean,
  files: Files,
): Promise<EngineTls | null> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => files.read(`${directory}/${name}`)),
  );
  const isThere = [ca, cert, key].some((text) => typeof text === 'string');
  return isThere ? { ca: ca ?? null, cert: cert ?? null, key: key ?? null, isVerified } : null;
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
