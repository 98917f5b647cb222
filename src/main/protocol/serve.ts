import { join } from 'node:path';
import { assetHeaders, assetOf } from './asset.ts';

export interface ServeOptions {
  /** The directory with the built interface. */
  readonly root: string;
  readonly read: (path: string) => Promise<Uint8Array>;
}

/** Answers requests for app:// from a directory. */
export function createServe({ root, read }: ServeOptions) {
  return async ({ url, method }: Pick<Request, 'url' | 'method'>): Promise<Response> => {
    if (method !== 'GET' && method !== 'HEAD') return refused(405);
    const asset = assetOf(url);
    if (asset === null) return refused(404);
    let body: Uint8Array;
    try {
      body = await read(join(root, ...asset.parts));
    } catch {
      return refused(404);
    }
    return new Response(method === 'HEAD' ? null : body, {
      headers: { ...assetHeaders, 'content-type': asset.contentType },
    });
  };
}

const refused = (status: number): Response => new Response(null, { status, headers: assetHeaders });
