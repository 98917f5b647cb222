import { type BackendParse, parseBackend } from '../../shared/model/backend.ts';

export type WrittenUrl =
  | {
      readonly ok: true;
      readonly url: string;
      /** Whether it was written as less than a URL. */
      readonly isShort: boolean;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a backend as a person writes it: a URL, `localhost:3000`, or only the port of this machine (`3000`, `:3000`).
 * A path stays as it is written; nothing makes use of it.
 * A name without a port is refused: port 80 is hardly ever meant.
 */
export function readBackendUrl(text: string): WrittenUrl {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return judged(text, false, parseBackend(text, 0));
  const port = /^:?(\d+)$/.exec(text)?.[1];
  const address = port === undefined ? text : `127.0.0.1:${port}`;
  const written = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):(\d+)(?:\/[\x21-\x7e]*)?$/i.exec(address)?.[1];
  if (written === undefined) {
    return {
      ok: false,
      problem: 'is no backend: write a URL such as http://127.0.0.1:3000, host:port or a port',
    };
  }
  if (Number(written) < 1 || Number(written) > 65_535) {
    return { ok: false, problem: 'has no usable port: ports go from 1 to 65535' };
  }
  const url = `http://${address}`;
  return judged(url, true, parseBackend(url, 0));
}

const judged = (url: string, isShort: boolean, parsed: BackendParse): WrittenUrl =>
  parsed.ok ? { ok: true, url, isShort } : { ok: false, problem: parsed.problem };
